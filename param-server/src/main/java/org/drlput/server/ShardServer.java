package org.drlput.server;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.drlput.common.wire.v1.VersionsGrpc;
import org.drlput.server.rpc.ParameterService;
import org.drlput.server.rpc.ShardLoop;
import org.drlput.server.rpc.VersionService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One parameter-server shard behind gRPC: the same object in a process of its own and embedded in the trainer's. Serves until
 * {@link #close}.
 */
public final class ShardServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardServer.class);
    private static final int MAX_MESSAGE_BYTES = 4 << 20;
    private static final int FILE_THREADS = 4;
    private static final long GRACE_MILLIS = 200;

    /**
     * @param shard index of this shard, {@code 0 <= shard < shardCount}
     * @param data directory of staging, versions and evaluations, the same for all shards of a parameter server
     * @param host to bind to
     * @param port 0: any free one
     */
    public record Settings(int shard, int shardCount, Path data, String host, int port) {
        public Settings {
            if (shardCount < 1 || shard < 0 || shard >= shardCount) {
                throw new IllegalArgumentException(
                        "shard %d of %d: expected 0 <= shard < shards".formatted(shard, shardCount));
            }
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: found %d, expected 0 to 65535".formatted(port));
            }
        }

        /** On the loopback interface, any free port. */
        public static Settings embedded(int shard, int shardCount, Path data) {
            return new Settings(shard, shardCount, data, "127.0.0.1", 0);
        }
    }

    private final Settings settings;
    private final DirectoryLock lock;
    private final ShardLoop loop;
    private final ExecutorService fileThreads;
    private final VersionService versions;
    private final Server server;
    /** Kept: a server that has ended does not tell it any more. */
    private final int port;

    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean closing;

    private ShardServer(
            Settings settings,
            DirectoryLock lock,
            ShardLoop loop,
            ExecutorService fileThreads,
            VersionService versions,
            Server server) {
        this.settings = settings;
        this.lock = lock;
        this.loop = loop;
        this.fileThreads = fileThreads;
        this.versions = versions;
        this.server = server;
        this.port = server.getPort();
    }

    /**
     * Binds and serves.
     *
     * @throws ServerStartException where the port or the data directory can not be had, say because another server has it
     */
    public static ShardServer start(Settings settings) {
        DirectoryLock lock = DirectoryLock.take(settings.data(), settings.shard());
        ShardLoop loop = loop(settings, lock);
        ExecutorService fileThreads = Executors.newFixedThreadPool(
                FILE_THREADS, task -> new Thread(task, "shard-" + settings.shard() + "-versions"));
        VersionService versions = new VersionService(settings.data(), loop);
        Server server = server(settings, loop, fileThreads, versions);
        try {
            server.start();
        } catch (IOException e) {
            fileThreads.shutdownNow();
            versions.close();
            loop.close();
            lock.close();
            throw new ServerStartException(
                    "shard %d can not listen on %s:%d: %s: use another port, or stop who has it"
                            .formatted(settings.shard(), settings.host(), settings.port(), cause(e)),
                    e);
        }
        LOG.info(
                "shard {} of {} serves {} on port {}",
                settings.shard(),
                settings.shardCount(),
                settings.data(),
                server.getPort());
        return new ShardServer(settings, lock, loop, fileThreads, versions, server);
    }

    private static ShardLoop loop(Settings settings, DirectoryLock lock) {
        try {
            return new ShardLoop(settings.shard(), settings.shardCount(), incarnation(), settings.data());
        } catch (IOException e) {
            lock.close();
            throw new ServerStartException(
                    "shard %d can not read what it left: %s".formatted(settings.shard(), e.getMessage()), e);
        }
    }

    private static String cause(Throwable error) {
        Throwable deepest = error;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    /** A number that no other life of this shard had; never 0. */
    private static long incarnation() {
        return new SecureRandom().nextLong() | 1;
    }

    private static Server server(
            Settings settings, ShardLoop loop, ExecutorService fileThreads, VersionService versions) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
                // training calls never wait, calls for versions read files
                .directExecutor()
                .callExecutor(new FileThreads(fileThreads))
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                // else a follower that is gone without a word is kept for hours
                .keepAliveTime(60, TimeUnit.SECONDS)
                .keepAliveTimeout(30, TimeUnit.SECONDS)
                .addService(new ParameterService(loop))
                .addService(versions)
                .build();
    }

    /** Calls for versions run on threads of their own; null: the server's, which is the connection's. */
    private record FileThreads(Executor threads) implements ServerCallExecutorSupplier {
        @Override
        public <Q, R> @Nullable Executor getExecutor(ServerCall<Q, R> call, Metadata metadata) {
            return VersionsGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName()) ? threads : null;
        }
    }

    public int port() {
        return port;
    }

    /** {@code host:port} for clients. */
    public String address() {
        return settings.host() + ":" + port;
    }

    /** Stops serving, lets what is being written finish, and frees the data directory. */
    @Override
    public synchronized void close() {
        if (closing) {
            return;
        }
        closing = true;
        server.shutdown();
        loop.refuseWaiting();
        versions.refuseWaiting();
        try {
            if (!server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        fileThreads.shutdownNow();
        versions.close();
        loop.close();
        lock.close();
        closed.countDown();
        LOG.info("shard {} is closed", settings.shard());
    }

    /** Blocks until {@link #close} was called, by a shutdown hook say. */
    public void awaitTermination() throws InterruptedException {
        closed.await();
    }
}
