package org.drlput.jobs.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.drlput.server.ShardServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drlput server}: one parameter-server process. */
@Command(
        name = "server",
        header = "Runs one parameter-server shard until it is stopped.",
        description = {
            "",
            "Start one process for each shard; all share the data directory, where versions are published. Then train with "
                    + "--servers. Ends cleanly on Ctrl-C or SIGTERM."
        },
        footer = {
            "",
            "Example: the first of two shards",
            "  drlput server --shard 0 --shards 2 --data data --port 7077",
        })
final class ServerCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--shard",
            required = true,
            paramLabel = "I",
            converter = WholeNumber.Index.class,
            description = "Which shard this is, counted from 0.")
    private int shard;

    @Option(
            names = "--shards",
            required = true,
            paramLabel = "N",
            converter = WholeNumber.Few.class,
            description = "How many shards there are.")
    private int shards;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "Where versions and their parts are kept, the same for all shards.")
    private Path data;

    @Option(
            names = "--port",
            required = true,
            paramLabel = "P",
            converter = WholeNumber.Port.class,
            description = "To listen on; 0: any that is free.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description =
                    "The address to listen on; default: ${DEFAULT-VALUE}, this machine only. There is no access control: "
                            + "open it to a trusted network alone.")
    private String host;

    @Spec
    private CommandSpec spec;

    ServerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (shard >= shards) {
            throw new ParameterException(
                    spec.commandLine(), "--shard: found %d, expected 0 to %d".formatted(shard, shards - 1));
        }
        try (Logging ignored = Logging.toTerminal(terminal);
                ShardServer server = ShardServer.start(new ShardServer.Settings(shard, shards, data, host, port))) {
            terminal.line("shard %d of %d serves on %s, data in %s".formatted(shard, shards, server.address(), data));
            Interruption.closeOnEnd(server);
            server.awaitTermination();
        }
        return 0;
    }
}
