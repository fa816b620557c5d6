package org.drlput.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.client.ClientOptions;
import org.drlput.common.client.ParameterClient;

/** Shards in this process, on loopback, and a client of them. */
public final class TestServers implements AutoCloseable {
    private final List<ShardServer> servers = new ArrayList<>();
    private final ParameterClient client;

    public TestServers(Path data, int shards) {
        this(data, shards, ClientOptions.DEFAULT);
    }

    public TestServers(Path data, int shards, ClientOptions options) {
        for (int shard = 0; shard < shards; shard++) {
            servers.add(ShardServer.start(ShardServer.Settings.embedded(shard, shards, data)));
        }
        client = ParameterClient.connect(addresses(), options);
    }

    public List<String> addresses() {
        return servers.stream().map(ShardServer::address).toList();
    }

    public ParameterClient client() {
        return client;
    }

    public ShardServer server(int shard) {
        return servers.get(shard);
    }

    @Override
    public void close() {
        client.close();
        servers.forEach(ShardServer::close);
    }
}
