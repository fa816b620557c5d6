package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import org.drlput.common.wire.TensorInput;
import org.drlput.common.wire.TensorOutput;
import org.drlput.common.wire.v1.PullChunk;
import org.drlput.common.wire.v1.PullHeader;
import org.drlput.common.wire.v1.RowSelection;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one pull, sent as fast as its reader takes it. The weights are copied when the answer is given, so that a slow
 * reader holds up nobody.
 */
final class PullStream {
    private final ServerCallStreamObserver<PullChunk> observer;
    private final TensorInput.Layout layout;
    private final List<RowSelection> rows;
    private @Nullable PullHeader header;
    private @Nullable TensorOutput tensors;
    private boolean ended;

    /** To be made by the service's method itself, before it returns. */
    PullStream(
            ServerCallStreamObserver<PullChunk> observer,
            TensorInput.Layout layout,
            List<RowSelection> rows,
            Runnable gone) {
        this.observer = observer;
        this.layout = layout;
        this.rows = rows;
        observer.setOnReadyHandler(this::send);
        observer.setOnCancelHandler(() -> {
            if (end()) {
                gone.run();
            }
        });
    }

    TensorInput.Layout layout() {
        return layout;
    }

    List<RowSelection> rows() {
        return rows;
    }

    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    synchronized void answer(PullHeader first, TensorOutput output) {
        header = first;
        tensors = output;
        send();
    }

    private synchronized void send() {
        TensorOutput output = tensors;
        while (!ended && output != null && observer.isReady()) {
            PullChunk.Builder message = PullChunk.newBuilder();
            if (header != null) {
                message.setHeader(header);
                header = null;
            }
            if (output.hasNext()) {
                message.addAllTensor(output.nextMessage());
            }
            observer.onNext(message.build());
            if (!output.hasNext()) {
                ended = true;
                observer.onCompleted();
            }
        }
    }

    void refuse(StatusRuntimeException status) {
        if (end()) {
            observer.onError(status);
        }
    }
}
