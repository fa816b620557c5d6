package org.drlput.common.client;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One try of one call to one shard. Its methods run on the connection's thread; {@link #result} fails with a
 * {@link StatusRuntimeException}.
 *
 * @param <Q> request message
 * @param <R> reply message
 * @param <T> what the call is made for
 */
abstract class Attempt<Q, R, T> implements ClientResponseObserver<Q, R> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile @Nullable ClientCallStreamObserver<Q> requests;

    final CompletableFuture<T> result() {
        return result;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> requestStream) {
        requests = requestStream;
    }

    /** Takes one reply message. */
    abstract void accept(R reply);

    /** After the last reply message. */
    abstract T finish();

    @Override
    public final void onNext(R reply) {
        if (result.isDone()) {
            return;
        }
        try {
            accept(reply);
        } catch (StatusRuntimeException e) {
            fail(e);
        }
    }

    @Override
    public void onError(Throwable error) {
        result.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
        if (result.isDone()) {
            return;
        }
        try {
            result.complete(finish());
        } catch (StatusRuntimeException e) {
            fail(e);
        }
    }

    private void fail(StatusRuntimeException error) {
        result.completeExceptionally(error);
        cancel();
    }

    /** Gives the call up. */
    final void cancel() {
        ClientCallStreamObserver<Q> call = requests;
        if (call != null) {
            call.cancel("not wanted any more", null);
        }
    }

    /** A call with one request and one reply. */
    static final class Unary<Q, R> extends Attempt<Q, R, R> {
        private @Nullable R answer;

        @Override
        void accept(R reply) {
            answer = reply;
        }

        @Override
        R finish() {
            if (answer == null) {
                throw org.drlput.common.wire.Statuses.internal("the answer is empty");
            }
            return answer;
        }
    }
}
