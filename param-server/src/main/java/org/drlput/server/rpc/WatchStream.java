package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.common.wire.v1.VersionsState;
import org.drlput.common.wire.v1.WatchVersionsRequest;
import org.jspecify.annotations.Nullable;

/**
 * What one follower hears of the versions. It is told the newest state whenever it can take one and has not heard it: states that came
 * and went while it did not read are skipped, so that nothing is kept for it but what it heard last. Thread-safe.
 */
final class WatchStream {
    private final ServerCallStreamObserver<VersionsState> observer;
    private final long repeatNanos;
    private @Nullable Listing newest;
    private @Nullable Listing told;
    private long toldAt;
    private boolean ended;

    /** To be made by the service's method itself, before it returns. */
    WatchStream(WatchVersionsRequest request, ServerCallStreamObserver<VersionsState> observer, Runnable onEnd) {
        this.observer = observer;
        this.repeatNanos = TimeUnit.MILLISECONDS.toNanos(Integer.toUnsignedLong(request.getRepeatMillis()));
        observer.setOnReadyHandler(this::send);
        observer.setOnCancelHandler(() -> {
            end();
            onEnd.run();
        });
    }

    synchronized void offer(Listing state) {
        newest = state;
        send();
    }

    private synchronized void send() {
        Listing state = newest;
        boolean repeat = repeatNanos > 0 && System.nanoTime() - toldAt >= repeatNanos;
        if (ended || state == null || state.equals(told) && !repeat || !observer.isReady()) {
            return;
        }
        observer.onNext(message(state));
        told = state;
        toldAt = System.nanoTime();
    }

    private VersionsState message(Listing state) {
        List<Long> published = new ArrayList<>(state.versions());
        if (told != null) {
            published.removeAll(new HashSet<>(told.versions()));
        }
        VersionsState.Builder message =
                VersionsState.newBuilder().setSequence(state.sequence()).addAllVersion(published);
        state.aliases().forEach((name, version) -> message.addAlias(LedgerMessages.alias(name, version)));
        return message.build();
    }

    private synchronized void end() {
        ended = true;
    }

    void refuse(StatusRuntimeException status) {
        boolean open;
        synchronized (this) {
            open = !ended;
            ended = true;
        }
        if (open) {
            observer.onError(status);
        }
    }
}
