package org.drlput.common.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.drlput.common.client.ShardConnection.Limits;
import org.drlput.common.wire.v1.Alias;
import org.drlput.common.wire.v1.VersionsState;
import org.drlput.common.wire.v1.WatchVersionsRequest;
import org.jspecify.annotations.Nullable;

/**
 * Hears of versions and aliases until it is closed. A connection that is lost is made again by itself; what changed meanwhile is in
 * the first state after that.
 */
public final class VersionWatch implements AutoCloseable {
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(10);
    private static final Duration LAST_BACKOFF = Duration.ofMillis(500);
    /** A watch has no end of its own. */
    private static final Duration FOREVER = Duration.ofDays(3650);

    private final ShardConnection shard;
    private final WatchVersionsRequest request;
    private final Listener listener;
    /** Guarded by this, as all that follows. */
    private @Nullable CompletableFuture<Long> call;

    private Duration backoff = FIRST_BACKOFF;
    private boolean closed;

    /** Called by one thread at a time, which is the connection's: it must not wait. */
    public interface Listener {
        /** The newest state: now, after every change, and again as often as was asked for. */
        void changed(State state);

        /** The connection is lost; it is being made again. */
        default void lost(ParameterServerException why) {}
    }

    /**
     * What a server said.
     *
     * @param sequence of the last change of aliases and pins
     * @param aliases all, {@code latest} too, by name
     * @param published versions that are new since the state before; in the first one of a connection all. Ascending
     */
    public record State(long sequence, SortedMap<String, Long> aliases, List<Long> published) {}

    VersionWatch(ShardConnection shard, Duration repeat, Listener listener) {
        this.shard = shard;
        this.request = WatchVersionsRequest.newBuilder()
                .setRepeatMillis((int) Math.min(repeat.toMillis(), Integer.MAX_VALUE))
                .build();
        this.listener = listener;
    }

    synchronized void begin() {
        if (closed) {
            return;
        }
        CompletableFuture<Long> begun = shard.versions(
                "watch of versions",
                new Limits(FOREVER, Duration.ZERO),
                () -> new WatchAttempt(),
                (stub, attempt) -> stub.watch(request, attempt));
        call = begun;
        var unused = begun.whenComplete((states, error) -> ended(error));
    }

    private final class WatchAttempt extends Attempt<WatchVersionsRequest, VersionsState, Long> {
        private long states;

        @Override
        void accept(VersionsState state) {
            states++;
            synchronized (VersionWatch.this) {
                backoff = FIRST_BACKOFF;
                if (closed) {
                    return;
                }
            }
            SortedMap<String, Long> aliases = new TreeMap<>();
            for (Alias alias : state.getAliasList()) {
                aliases.put(alias.getName(), alias.getVersion());
            }
            listener.changed(new State(state.getSequence(), aliases, new ArrayList<>(state.getVersionList())));
        }

        @Override
        Long finish() {
            return states;
        }
    }

    private void ended(@Nullable Throwable error) {
        Duration wait;
        synchronized (this) {
            if (closed) {
                return;
            }
            wait = backoff;
            backoff = backoff.multipliedBy(2).compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : backoff.multipliedBy(2);
        }
        listener.lost(
                error == null
                        ? new ParameterServerException(
                                shard.shard(),
                                Status.Code.UNAVAILABLE,
                                "watch of versions: the server ended it",
                                new IllegalStateException("ended"))
                        : ShardConnection.unwrap(error));
        try {
            shard.later(this::begin, wait);
        } catch (RejectedExecutionException e) {
            // the client is closed, and so is everything of it
        }
    }

    /** Ends it; a listener that is just being called is not waited for. */
    @Override
    public void close() {
        CompletableFuture<Long> running;
        synchronized (this) {
            closed = true;
            running = call;
        }
        if (running != null) {
            running.cancel(true);
        }
    }
}
