package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.FileChunk;
import org.drlput.server.rpc.FetchPlan.Origin;
import org.drlput.server.rpc.FetchPlan.Stretch;

/**
 * A version's files on their way to one reader, as fast as it takes them. One that stops reading costs a chunk and this object, no
 * thread and no open file, and after a while nothing.
 */
final class FetchStream {
    /** What waits for a reader that hangs. */
    private static final int CHUNK_BYTES = 1 << 17;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final long version;
    private final Deque<Stretch> stretches;
    private final ChunkCache chunks;
    private final ServerCallStreamObserver<FileChunk> observer;
    private final Runnable onEnd;
    /** Of the first stretch: sent already. */
    private long sent;

    private long lastProgress = System.nanoTime();
    private boolean ended;

    /**
     * To be made by the service's method itself, before it returns.
     *
     * @param onEnd called once, however it ends
     */
    FetchStream(
            long version,
            FetchPlan plan,
            ChunkCache chunks,
            ServerCallStreamObserver<FileChunk> observer,
            Runnable onEnd) {
        this.version = version;
        this.chunks = chunks;
        this.stretches = new ArrayDeque<>(plan.stretches());
        this.observer = observer;
        this.onEnd = onEnd;
        observer.setOnReadyHandler(this::send);
        observer.setOnCancelHandler(this::end);
        observer.setOnCloseHandler(this::end);
    }

    private synchronized void send() {
        try {
            while (!ended && observer.isReady()) {
                lastProgress = System.nanoTime();
                if (stretches.isEmpty()) {
                    end();
                    observer.onCompleted();
                } else {
                    sendChunk(stretches.getFirst());
                }
            }
        } catch (IOException e) {
            fail(Statuses.unavailable("version %d: can not be read: %s".formatted(version, e)));
        }
    }

    private void sendChunk(Stretch stretch) throws IOException {
        long left = stretch.length() - sent;
        if (stretch.origin() == Origin.KNOWN || left == 0) {
            observer.onNext(FileChunk.newBuilder()
                    .setName(stretch.file().path().getFileName().toString())
                    .setOffset(stretch.offset() + sent)
                    .setUnchangedBytes(left)
                    .build());
            sent += left;
        } else {
            int count = (int) Math.min(CHUNK_BYTES, left);
            observer.onNext(chunks.chunk(stretch.file(), stretch.offset() + sent, count));
            sent += count;
        }
        if (sent >= stretch.length()) {
            stretches.removeFirst();
            sent = 0;
        }
    }

    /** Gives up on a reader that took nothing for too long. */
    synchronized void endIfIdle(long nowNanos) {
        if (!ended && nowNanos - lastProgress > IDLE_NANOS) {
            fail(Statuses.deadlineExceeded("fetch of version %d: nothing was read for %d s: fetch it again"
                    .formatted(version, TimeUnit.NANOSECONDS.toSeconds(IDLE_NANOS))));
        }
    }

    private void fail(StatusRuntimeException status) {
        if (!ended) {
            end();
            observer.onError(status);
        }
    }

    private synchronized void end() {
        if (!ended) {
            ended = true;
            onEnd.run();
        }
    }
}
