package org.drlput.jobs.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.server.ShardServer;

/** Parameter-server shards in this process, behind real gRPC on loopback. */
final class EmbeddedShards implements AutoCloseable {
    private final List<ShardServer> servers;

    private EmbeddedShards(List<ShardServer> servers) {
        this.servers = servers;
    }

    static EmbeddedShards start(int shards, Path data) {
        EmbeddedShards started = new EmbeddedShards(new ArrayList<>());
        try {
            for (int shard = 0; shard < shards; shard++) {
                started.servers.add(ShardServer.start(ShardServer.Settings.embedded(shard, shards, data)));
            }
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /** {@code host:port} in shard order. */
    List<String> addresses() {
        return servers.stream().map(ShardServer::address).toList();
    }

    @Override
    public void close() {
        servers.forEach(ShardServer::close);
    }
}
