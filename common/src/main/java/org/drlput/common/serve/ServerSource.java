package org.drlput.common.serve;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.drlput.common.version.VersionBytes;
import org.drlput.common.version.VersionException;
import org.drlput.common.wire.v1.Alias;
import org.drlput.common.wire.v1.FetchVersionRequest;
import org.drlput.common.wire.v1.FileChunk;
import org.drlput.common.wire.v1.VersionsGrpc;
import org.drlput.common.wire.v1.VersionsState;
import org.drlput.common.wire.v1.WatchVersionsRequest;
import org.jspecify.annotations.Nullable;

/**
 * Versions of a parameter server. A stream tells where the aliases stand, at once when one moves, and again after a while so that it
 * is known to be true still; one that falls silent counts as broken.
 */
final class ServerSource implements VersionSource {
    private static final int MAX_MESSAGE_BYTES = 4 << 20;
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int KEEP_ALIVE_SECONDS = 10;
    /** A stream that says nothing for so many intervals, and for at least so long, is broken. */
    private static final int SILENT_INTERVALS = 4;

    private static final long SILENT_MILLIS = 30_000;

    private final List<String> addresses;
    private final long maxBytes;
    private final Duration repeat;
    private final Duration fetchTimeout;
    private int address;
    private @Nullable ManagedChannel channel;
    private @Nullable Watch watch;
    private boolean closed;

    ServerSource(List<String> addresses, long maxBytes, Duration repeat, Duration fetchTimeout) {
        this.addresses = addresses;
        this.maxBytes = maxBytes;
        this.repeat = repeat;
        this.fetchTimeout = fetchTimeout;
    }

    private synchronized ManagedChannel channel() throws SourceException {
        if (closed) {
            throw new SourceException("the client is closed", null);
        }
        ManagedChannel open = channel;
        if (open == null) {
            open = NettyChannelBuilder.forTarget("dns:///" + addresses.get(address))
                    .usePlaintext()
                    // pieces are hashed as they come, on the thread that brings them
                    .directExecutor()
                    .disableRetry()
                    .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                    // fixed: a window that grows by itself asks the server for a sign of life with every piece
                    .flowControlWindow(WINDOW_BYTES)
                    .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .build();
            channel = open;
        }
        return open;
    }

    @Override
    public @Nullable Sighting next(String alias, Duration atMost) throws SourceException, InterruptedException {
        Watch open = watch;
        if (open == null) {
            open = new Watch();
            watch = open;
            open.begin(VersionsGrpc.newStub(channel()));
        }
        try {
            VersionsState state = open.await(atMost.toNanos());
            return state == null ? null : new Sighting(version(state, alias));
        } catch (SourceException e) {
            watch = null;
            open.end();
            nextAddress();
            throw e;
        }
    }

    private static OptionalLong version(VersionsState state, String alias) {
        for (Alias named : state.getAliasList()) {
            if (named.getName().equals(alias)) {
                return OptionalLong.of(named.getVersion());
            }
        }
        return OptionalLong.empty();
    }

    /** The next attempt is at the next server, or, where there is but one, at that one without waiting. */
    private synchronized void nextAddress() {
        ManagedChannel open = channel;
        if (open != null && addresses.size() > 1) {
            open.shutdownNow();
            channel = null;
            address = (address + 1) % addresses.size();
        } else if (open != null) {
            open.resetConnectBackoff();
        }
    }

    private String server() {
        return addresses.get(address);
    }

    /** The stream of states, of which the newest is kept. */
    private final class Watch implements StreamObserver<VersionsState> {
        private final CancellableContext context = Context.ROOT.withCancellation();
        private final String from = server();
        private @Nullable VersionsState newest;
        private @Nullable SourceException broken;
        private long heard = System.nanoTime();

        void begin(VersionsGrpc.VersionsStub stub) {
            WatchVersionsRequest request = WatchVersionsRequest.newBuilder()
                    .setRepeatMillis((int) Math.max(1, Math.min(Integer.MAX_VALUE, repeat.toMillis())))
                    .build();
            context.run(() -> stub.watch(request, this));
        }

        /** A state that was not returned yet; null: none in that time. */
        synchronized @Nullable VersionsState await(long nanos) throws SourceException, InterruptedException {
            long end = System.nanoTime() + nanos;
            long silence = TimeUnit.MILLISECONDS.toNanos(
                    Math.max(SILENT_MILLIS, Math.multiplyExact(SILENT_INTERVALS, repeat.toMillis())));
            while (true) {
                VersionsState state = newest;
                long now = System.nanoTime();
                if (state != null) {
                    newest = null;
                    return state;
                } else if (broken != null) {
                    throw broken;
                } else if (now - heard >= silence) {
                    throw new SourceException(
                            "%s: has said nothing for %d ms".formatted(from, (now - heard) / 1_000_000), null);
                } else if (now >= end) {
                    return null;
                }
                TimeUnit.NANOSECONDS.timedWait(this, Math.min(end - now, heard + silence - now));
            }
        }

        @Override
        public synchronized void onNext(VersionsState state) {
            newest = state;
            heard = System.nanoTime();
            notifyAll();
        }

        @Override
        public synchronized void onError(Throwable error) {
            broken = failure(from, error);
            notifyAll();
        }

        @Override
        public synchronized void onCompleted() {
            broken = new SourceException(from + ": has ended the stream of versions", null);
            notifyAll();
        }

        void end() {
            context.cancel(null);
        }
    }

    private static SourceException failure(String server, Throwable error) {
        Status status = Status.fromThrowable(error);
        String cause = status.getCause() == null ? "" : ": " + status.getCause().getMessage();
        return new SourceException(
                "%s: %s: %s%s".formatted(server, status.getCode(), status.getDescription(), cause), error);
    }

    @Override
    public VersionBytes fetch(long version, @Nullable Known known) throws SourceException, InterruptedException {
        Fetch fetch = new Fetch("%s: version %d".formatted(server(), version), maxBytes, known);
        FetchVersionRequest request = FetchVersionRequest.newBuilder()
                .setVersion(version)
                .setKnownVersion(known == null ? 0 : known.version())
                .build();
        try (CancellableContext context = Context.ROOT.withCancellation()) {
            VersionsGrpc.VersionsStub stub =
                    VersionsGrpc.newStub(channel()).withDeadlineAfter(fetchTimeout.toMillis(), TimeUnit.MILLISECONDS);
            context.run(() -> stub.fetch(request, fetch));
            return fetch.result.get(fetchTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof VersionException damaged) {
                throw damaged;
            }
            throw failure(server(), cause);
        } catch (TimeoutException e) {
            throw new SourceException("%s: version %d did not come in time".formatted(server(), version), e);
        }
    }

    /** A version's files as they come. */
    private static final class Fetch implements StreamObserver<FileChunk> {
        final CompletableFuture<VersionBytes> result = new CompletableFuture<>();
        private final VersionBytes.Receiver receiver;
        private final @Nullable Known known;

        Fetch(String place, long maxBytes, @Nullable Known known) {
            receiver = new VersionBytes.Receiver(place, maxBytes);
            this.known = known;
        }

        @Override
        public void onNext(FileChunk chunk) {
            if (!result.isDone()) {
                try {
                    if (known != null && chunk.getUnchangedBytes() > 0) {
                        receiver.acceptSame(
                                chunk.getName(), chunk.getOffset(), chunk.getUnchangedBytes(), known.directory());
                    } else {
                        receiver.accept(chunk.getName(), chunk.getOffset(), bytes(chunk.getContent()));
                    }
                } catch (VersionException e) {
                    result.completeExceptionally(e);
                }
            }
        }

        /** Not a copy where the message has an array of just these bytes, which nobody writes to any more. */
        private static byte[] bytes(ByteString content) {
            ContentArray array = new ContentArray();
            try {
                UnsafeByteOperations.unsafeWriteTo(content, array);
            } catch (IOException e) {
                throw new IllegalStateException("an array takes all bytes", e);
            }
            byte[] whole = array.whole;
            return whole == null ? content.toByteArray() : whole;
        }

        @Override
        public void onError(Throwable error) {
            result.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            result.complete(receiver.finish());
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        ManagedChannel open = channel;
        if (open != null) {
            open.shutdownNow();
        }
    }

    /** Is shown the array behind a message's bytes. */
    private static final class ContentArray extends ByteOutput {
        byte @Nullable [] whole;

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            whole = offset == 0 && length == value.length ? value : null;
        }

        @Override
        public void write(byte value) {
            // as all below: of bytes that lie in no single array, which are copied
        }

        @Override
        public void write(byte[] value, int offset, int length) {}

        @Override
        public void write(ByteBuffer value) {}

        @Override
        public void writeLazy(ByteBuffer value) {}
    }
}
