package org.drlput.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.FileChunk;
import org.drlput.server.rpc.FetchPlan.Origin;
import org.drlput.server.rpc.FetchPlan.Stretch;
import org.jspecify.annotations.Nullable;

/**
 * A version's files on their way to one reader, read as fast as it takes them. One that stops reading costs a chunk and this object,
 * no thread and no open file, and after a while nothing.
 */
final class FetchStream {
    /** What waits for a reader that hangs; more is hardly faster. */
    private static final int CHUNK_BYTES = 1 << 16;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final long version;
    private final Deque<Stretch> stretches;
    private final ServerCallStreamObserver<FileChunk> observer;
    private final Runnable onEnd;
    /** Of the first stretch: sent already. */
    private long sent;

    private @Nullable FileChannel in;
    private @Nullable Path open;
    private long lastProgress = System.nanoTime();
    private boolean ended;

    /**
     * To be made by the service's method itself, before it returns.
     *
     * @param onEnd called once, however it ends
     */
    FetchStream(long version, FetchPlan plan, ServerCallStreamObserver<FileChunk> observer, Runnable onEnd) {
        this.version = version;
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
            close();
        } catch (IOException e) {
            fail(Statuses.unavailable("version %d: can not be read: %s".formatted(version, e)));
        }
    }

    private void sendChunk(Stretch stretch) throws IOException {
        FileChunk.Builder chunk = FileChunk.newBuilder()
                .setName(stretch.file().getFileName().toString())
                .setOffset(stretch.offset() + sent);
        long left = stretch.length() - sent;
        if (stretch.origin() == Origin.KNOWN) {
            chunk.setUnchangedBytes(left);
            sent += left;
        } else {
            byte[] bytes = read(stretch, (int) Math.min(CHUNK_BYTES, left));
            chunk.setContent(UnsafeByteOperations.unsafeWrap(bytes));
            sent += bytes.length;
        }
        observer.onNext(chunk.build());
        if (sent >= stretch.length()) {
            stretches.removeFirst();
            sent = 0;
        }
    }

    private byte[] read(Stretch stretch, int count) throws IOException {
        if (in == null || !stretch.file().equals(open)) {
            close();
            in = FileChannel.open(stretch.file(), StandardOpenOption.READ);
            open = stretch.file();
        }
        byte[] bytes = new byte[count];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (in.read(buffer, stretch.offset() + sent + buffer.position()) < 0) {
                throw new IOException("%s: was cut short".formatted(stretch.file()));
            }
        }
        return bytes;
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
            close();
            onEnd.run();
        }
    }

    private void close() {
        FileChannel was = in;
        in = null;
        open = null;
        if (was != null) {
            try {
                was.close();
            } catch (IOException e) {
                // it was only read
            }
        }
    }
}
