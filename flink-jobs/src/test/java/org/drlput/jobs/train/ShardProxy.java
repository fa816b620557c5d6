package org.drlput.jobs.train;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the job and one shard, as the network does: every call passes through it, and may be lost on its way, lose its
 * answer, or arrive twice; something may happen before it arrives or before its answer does. The shard behind it may be replaced.
 */
final class ShardProxy implements AutoCloseable {
    /** What happens to a call. */
    enum Fate {
        PASS,
        /** It never arrives. */
        LOSE,
        /** It arrives, its answer does not. */
        LOSE_ANSWER,
        /** It arrives twice; the second answer counts. */
        TWICE
    }

    /** Decides over every call. Called from many threads. */
    interface Weather {
        /** A whole request is about to go to the shard. */
        default Fate request(String method, byte[] first) {
            return Fate.PASS;
        }

        /** A whole answer is about to go back; the answer that goes. */
        default byte[] answer(String method, byte[] request, byte[] answer) {
            return answer;
        }
    }

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private final Server server;
    private final Weather weather;
    private volatile ManagedChannel target;

    ShardProxy(String address, Weather weather) throws IOException {
        this.weather = weather;
        target = channel(address);
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .fallbackHandlerRegistry(new HandlerRegistry() {
                    @Override
                    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
                        return ServerMethodDefinition.create(descriptor(name), new Passing(name));
                    }
                })
                .permitKeepAliveTime(1, java.util.concurrent.TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build()
                .start();
    }

    private static ManagedChannel channel(String address) {
        return NettyChannelBuilder.forTarget("dns:///" + address)
                .usePlaintext()
                .disableRetry()
                .build();
    }

    private static MethodDescriptor<byte[], byte[]> descriptor(String name) {
        return MethodDescriptor.newBuilder(BYTES, BYTES)
                .setFullMethodName(name)
                .setType(MethodDescriptor.MethodType.UNKNOWN)
                .build();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Calls go to another process from now on. */
    void turnTo(String address) {
        ManagedChannel before = target;
        target = channel(address);
        before.shutdownNow();
    }

    @Override
    public void close() {
        server.shutdownNow();
        target.shutdownNow();
    }

    private final class Passing implements ServerCallHandler<byte[], byte[]> {
        private final String path;
        private final String method;

        Passing(String path) {
            this.path = path;
            method = path.substring(path.indexOf('/') + 1);
        }

        @Override
        public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> caller, Metadata headers) {
            Context context = Context.current();
            List<byte[]> request = new ArrayList<>();
            caller.request(Integer.MAX_VALUE);
            return new ServerCall.Listener<>() {
                @Override
                public void onMessage(byte[] message) {
                    request.add(message);
                }

                @Override
                public void onHalfClose() {
                    Fate fate = weather.request(method, request.get(0));
                    switch (fate) {
                        case LOSE -> caller.close(lost(), new Metadata());
                        case TWICE -> call(context, request, null, () -> call(context, request, caller, () -> {}));
                        case LOSE_ANSWER -> call(context, request, null, () -> caller.close(lost(), new Metadata()));
                        case PASS -> call(context, request, caller, () -> {});
                    }
                }
            };
        }

        private static Status lost() {
            return Status.UNAVAILABLE.withDescription("lost on its way");
        }

        /** @param caller null: the answer is dropped */
        private void call(
                Context context, List<byte[]> request, @Nullable ServerCall<byte[], byte[]> caller, Runnable dropped) {
            Answer answer = new Answer(caller, request, dropped);
            context.run(() -> {
                ClientCall<byte[], byte[]> call = target.newCall(descriptor(path), CallOptions.DEFAULT);
                call.start(answer, new Metadata());
                call.request(Integer.MAX_VALUE);
                request.forEach(call::sendMessage);
                call.halfClose();
            });
        }

        /** Gathers a whole answer, then passes it on, or drops it. */
        private final class Answer extends ClientCall.Listener<byte[]> {
            private final @Nullable ServerCall<byte[], byte[]> caller;
            private final List<byte[]> request;
            private final Runnable dropped;
            private final List<byte[]> messages = new ArrayList<>();

            Answer(@Nullable ServerCall<byte[], byte[]> caller, List<byte[]> request, Runnable dropped) {
                this.caller = caller;
                this.request = request;
                this.dropped = dropped;
            }

            @Override
            public void onMessage(byte[] message) {
                messages.add(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                if (caller == null) {
                    dropped.run();
                    return;
                }
                if (caller.isCancelled()) {
                    return;
                }
                if (!messages.isEmpty()) {
                    if (messages.size() == 1) {
                        messages.set(0, weather.answer(method, request.get(0), messages.get(0)));
                    }
                    caller.sendHeaders(new Metadata());
                    messages.forEach(caller::sendMessage);
                }
                caller.close(status, new Metadata());
            }
        }
    }
}
