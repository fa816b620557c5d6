package org.drlput.bench.serve;

import java.nio.file.Path;
import org.drlput.server.ShardServer;

/** A parameter server of one shard, in a process that can be killed. Arguments: data directory, port. */
public final class FollowersServer {
    static final String READY = "ready on port ";

    private FollowersServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[1]);
        try (ShardServer server =
                ShardServer.start(new ShardServer.Settings(0, 1, Path.of(arguments[0]), "127.0.0.1", port))) {
            System.out.println(READY + server.port());
            server.awaitTermination();
        }
    }
}
