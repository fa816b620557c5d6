package org.drlput.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.FileChunk;
import org.jspecify.annotations.Nullable;

/** A version's files on their way to one reader, read as fast as it takes them. */
final class FetchStream {
    private static final int CHUNK_BYTES = 1 << 20;

    private final long version;
    private final Deque<Path> files;
    private final ServerCallStreamObserver<FileChunk> observer;
    private @Nullable InputStream in;
    private long offset;
    private boolean ended;

    private FetchStream(long version, Deque<Path> files, ServerCallStreamObserver<FileChunk> observer) {
        this.version = version;
        this.files = files;
        this.observer = observer;
    }

    /** To be called by the service's method itself. */
    static void begin(long version, Path directory, ServerCallStreamObserver<FileChunk> observer) {
        try (Stream<Path> entries = Files.list(directory)) {
            FetchStream stream =
                    new FetchStream(version, new ArrayDeque<>(entries.sorted().toList()), observer);
            observer.setOnReadyHandler(stream::send);
            observer.setOnCancelHandler(stream::end);
            observer.setOnCloseHandler(stream::end);
        } catch (IOException e) {
            observer.onError(Statuses.unavailable("version %d: can not be read: %s".formatted(version, e)));
        }
    }

    private synchronized void send() {
        try {
            while (!ended && observer.isReady()) {
                if (files.isEmpty()) {
                    end();
                    observer.onCompleted();
                } else {
                    sendChunk(files.getFirst());
                }
            }
        } catch (IOException e) {
            end();
            observer.onError(Statuses.unavailable("version %d: can not be read: %s".formatted(version, e)));
        }
    }

    private void sendChunk(Path file) throws IOException {
        if (in == null) {
            in = Files.newInputStream(file);
            offset = 0;
        }
        byte[] bytes = in.readNBytes(CHUNK_BYTES);
        if (bytes.length > 0 || offset == 0) {
            observer.onNext(FileChunk.newBuilder()
                    .setName(file.getFileName().toString())
                    .setOffset(offset)
                    .setContent(UnsafeByteOperations.unsafeWrap(bytes))
                    .build());
            offset += bytes.length;
        }
        if (bytes.length < CHUNK_BYTES) {
            close();
            files.removeFirst();
        }
    }

    private synchronized void end() {
        ended = true;
        try {
            close();
        } catch (IOException e) {
            // it was only read
        }
    }

    private void close() throws IOException {
        InputStream open = in;
        in = null;
        if (open != null) {
            open.close();
        }
    }
}
