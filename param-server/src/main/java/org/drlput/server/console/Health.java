package org.drlput.server.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private static final long LAST_MILLIS = 10_000;

    private final ScheduledExecutorService timer;
    /** Of the asking thread, these three. */
    private final RunWatch watch = new RunWatch();

    private List<String> addresses = List.of();
    private @Nullable ParameterClient client;

    private volatile Snapshot latest = new Snapshot(null, null, List.of(), List.of());

    /**
     * @param askedMillis when, milliseconds since 1970; null: not yet
     * @param run null: no shard that answered has been opened by a run
     * @param shards in shard order
     * @param progress of the run since it was first seen here, oldest first
     */
    record Snapshot(
            @Nullable Long askedMillis, @Nullable RunNow run, List<ShardNow> shards, List<RunNow.Progress> progress) {}

    Health() {
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "console-health");
            thread.setDaemon(true);
            return thread;
        });
    }

    void begin() {
        var unused = timer.scheduleWithFixedDelay(this::ask, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Asks these shards from now on.
     *
     * @param shards {@code host:port} in shard order
     */
    void follow(List<String> shards) {
        timer.execute(() -> {
            disconnect();
            addresses = List.copyOf(shards);
            client = shards.isEmpty() ? null : ParameterClient.connect(shards, IMPATIENT);
            ask();
        });
    }

    /** Asks once more, and nobody from then on: what they said last stays. Waits for the answers. */
    void leave() {
        try {
            timer.submit(() -> {
                        ask();
                        disconnect();
                    })
                    .get(LAST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            LOG.debug("console: shards could not be asked a last time", e);
        }
    }

    private void disconnect() {
        if (client != null) {
            client.close();
        }
        client = null;
    }

    Snapshot latest() {
        return latest;
    }

    private void ask() {
        ParameterClient asked = client;
        if (asked == null && latest.askedMillis() != null) {
            return;
        }
        try {
            latest = ask(asked);
        } catch (RuntimeException e) {
            LOG.warn("console: shards could not be asked; it goes on", e);
        }
    }

    private Snapshot ask(@Nullable ParameterClient asked) {
        List<CompletableFuture<StatusReply>> calls = new ArrayList<>();
        for (int shard = 0; shard < addresses.size() && asked != null; shard++) {
            calls.add(asked.statusNow(shard));
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
        if (!timer.isShutdown()) {
            timer.execute(this::disconnect);
            timer.shutdown();
        }
    }
}
