package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * The one answer to a call that waits for one: given once, by whichever thread; what comes later, or after the caller has gone, is
 * dropped.
 */
final class Answer<R> {
    private final StreamObserver<R> observer;
    private boolean given;

    /** To be made by the service's method itself, before it returns. */
    Answer(StreamObserver<R> observer) {
        this(observer, () -> {});
    }

    /** @param gone called where the caller does not wait any more */
    Answer(StreamObserver<R> observer, Runnable gone) {
        this.observer = observer;
        // with a handler a late answer is dropped, without it would throw
        ((ServerCallStreamObserver<R>) observer).setOnCancelHandler(() -> {
            if (take()) {
                gone.run();
            }
        });
    }

    private synchronized boolean take() {
        boolean first = !given;
        given = true;
        return first;
    }

    void give(R reply) {
        if (take()) {
            observer.onNext(reply);
            observer.onCompleted();
        }
    }

    void refuse(StatusRuntimeException status) {
        if (take()) {
            observer.onError(status);
        }
    }
}
