package org.drlput.common.client;

import io.grpc.stub.ClientCallStreamObserver;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.TensorOutput;
import org.drlput.common.wire.v1.PushChunk;
import org.drlput.common.wire.v1.PushHeader;
import org.drlput.common.wire.v1.PushReply;
import org.jspecify.annotations.Nullable;

/**
 * One shard's part of a push. The first message is encoded by the caller, the others as fast as the connection takes them; when
 * {@link #result} is complete nothing reads the contribution any more.
 */
final class PushAttempt extends Attempt<PushChunk, PushReply, PushReply> {
    private final PushHeader header;
    private final TensorOutput tensors;
    private @Nullable ClientCallStreamObserver<PushChunk> requests;
    private boolean headerSent;
    private boolean ended;
    private @Nullable PushReply answer;

    PushAttempt(PushHeader header, TensorOutput tensors) {
        this.header = header;
        this.tensors = tensors;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<PushChunk> requestStream) {
        super.beforeStart(requestStream);
        requests = requestStream;
        requestStream.setOnReadyHandler(this::sendWhileReady);
    }

    /** After the call has started: the first message does not wait for the connection to say that it is ready. */
    synchronized void begin() {
        if (!ended && !headerSent) {
            send();
        }
        sendWhileReady();
    }

    private synchronized void sendWhileReady() {
        ClientCallStreamObserver<PushChunk> call = requests;
        while (!ended && call != null && call.isReady()) {
            send();
        }
    }

    /** The next message; closes the stream after the last. */
    private void send() {
        ClientCallStreamObserver<PushChunk> call = requests;
        if (call == null) {
            throw new IllegalStateException("not started");
        }
        PushChunk.Builder message = PushChunk.newBuilder();
        if (!headerSent) {
            message.setHeader(header);
            headerSent = true;
        }
        if (tensors.hasNext()) {
            message.addAllTensor(tensors.nextMessage());
        }
        call.onNext(message.build());
        if (!tensors.hasNext()) {
            ended = true;
            call.onCompleted();
        }
    }

    @Override
    void accept(PushReply reply) {
        answer = reply;
    }

    @Override
    PushReply finish() {
        if (answer == null) {
            throw Statuses.internal("the answer is empty");
        }
        return answer;
    }

    @Override
    public void onError(Throwable error) {
        synchronized (this) {
            ended = true;
        }
        super.onError(error);
    }

    @Override
    public void onCompleted() {
        synchronized (this) {
            ended = true;
        }
        super.onCompleted();
    }
}
