package org.drlput.server.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.drlput.common.client.ClientOptions;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.wire.v1.StatusReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all shards every two seconds how they are, on a thread of its own: whoever looks at the console gets the newest answers at
 * once, and many of them cost no more than one.
 */
final class Health implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private static final long EVERY_MILLIS = 2_000;
    /** A shard that does not answer in this time is told as that. */
    private static final ClientOptions IMPATIENT = new ClientOptions(
            Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ZERO, Duration.ofSeconds(10));

    private final List<String> addresses;
    private final @Nullable ParameterClient client;
    private final ScheduledExecutorService timer;
    private final RunWatch watch = new RunWatch();
    private volatile Snapshot latest = new Snapshot(null, null, List.of(), List.of());

    /**
     * @param askedMillis when, milliseconds since 1970; null: not yet
     * @param run null: no shard that answered has been opened by a run
     * @param shards in shard order
     * @param progress of the run since it was first seen here, oldest first
     */
    record Snapshot(
            @Nullable Long askedMillis, @Nullable RunNow run, List<ShardNow> shards, List<RunNow.Progress> progress) {}

    /** @param addresses of the shards, in shard order */
    Health(List<String> addresses) {
        this.addresses = addresses;
        this.client = addresses.isEmpty() ? null : ParameterClient.connect(addresses, IMPATIENT);
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "console-health");
            thread.setDaemon(true);
            return thread;
        });
    }

    void begin() {
        var unused = timer.scheduleWithFixedDelay(this::ask, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    Snapshot latest() {
        return latest;
    }

    private void ask() {
        try {
            latest = asked();
        } catch (RuntimeException e) {
            LOG.warn("console: shards could not be asked; it goes on", e);
        }
    }

    private Snapshot asked() {
        List<CompletableFuture<StatusReply>> calls = new ArrayList<>();
        for (int shard = 0; shard < addresses.size() && client != null; shard++) {
            calls.add(client.statusNow(shard));
        }
        List<ShardNow> shards = new ArrayList<>();
        List<StatusReply> answers = new ArrayList<>();
        for (int shard = 0; shard < calls.size(); shard++) {
            try {
                StatusReply answer = calls.get(shard).join();
                answers.add(answer);
                shards.add(ShardNow.of(addresses.get(shard), answer));
            } catch (CompletionException e) {
                shards.add(ShardNow.silent(
                        shard,
                        addresses.get(shard),
                        String.valueOf(
                                e.getCause() == null
                                        ? e.getMessage()
                                        : e.getCause().getMessage())));
            }
        }
        long now = System.currentTimeMillis();
        return new Snapshot(now, watch.see(now, answers), List.copyOf(shards), watch.progress());
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (client != null) {
            client.close();
        }
    }
}
