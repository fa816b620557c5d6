package org.drlput.server;

import java.nio.file.Path;

/**
 * One parameter-server shard behind gRPC: the same object in a process of its own and embedded in the trainer's. Serves until
 * {@link #close}.
 */
public final class ShardServer implements AutoCloseable {
    private static final String SOON = "soon";

    /**
     * @param shard index of this shard, {@code 0 <= shard < shardCount}
     * @param data directory of staging, versions and evaluations, the same for all shards of a parameter server
     * @param host to bind to
     * @param port 0: any free one
     */
    public record Settings(int shard, int shardCount, Path data, String host, int port) {
        /** On the loopback interface, any free port. */
        public static Settings embedded(int shard, int shardCount, Path data) {
            return new Settings(shard, shardCount, data, "127.0.0.1", 0);
        }
    }

    private ShardServer() {}

    /**
     * Binds and serves.
     *
     * @throws ServerStartException where the port or the data directory can not be had, say because another server has it
     */
    public static ShardServer start(Settings settings) {
        throw new UnsupportedOperationException(SOON + settings);
    }

    public int port() {
        throw new UnsupportedOperationException(SOON);
    }

    /** {@code host:port} for clients. */
    public String address() {
        throw new UnsupportedOperationException(SOON);
    }

    /** Stops serving, lets what is being written finish, and frees the data directory. */
    @Override
    public void close() {}

    /** Blocks until {@link #close} was called, by a shutdown hook say. */
    public void awaitTermination() throws InterruptedException {
        throw new InterruptedException(SOON);
    }
}
