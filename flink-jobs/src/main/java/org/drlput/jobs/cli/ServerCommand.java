package org.drlput.jobs.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.drlput.server.ShardServer;
import org.drlput.server.console.ConsoleServer;
import org.jspecify.annotations.Nullable;
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
            "and one with a console, at http://127.0.0.1:7080/",
            "  drlput server --shard 0 --shards 1 --data data --port 7077 --http-port 7080",
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

    @Option(
            names = "--http-port",
            paramLabel = "P",
            converter = WholeNumber.Port.class,
            description =
                    "Also shows a console to a browser on this port: runs, versions, decisions, health; it changes nothing. "
                            + "0: any that is free. Without this option there is none.")
    private @Nullable Integer httpPort;

    @Option(
            names = "--http-host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description =
                    "The address that the console listens on; default: ${DEFAULT-VALUE}, this machine only. There is no "
                            + "access control either.")
    private String httpHost;

    @Option(
            names = "--http-shards",
            paramLabel = "HOST:PORT",
            split = ",",
            converter = Address.class,
            description = "All shards that the console asks how they are, in shard order; default: this one alone.")
    private List<String> httpShards = List.of();

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
        if (!httpShards.isEmpty() && httpShards.size() != shards) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--http-shards: found %d addresses, expected %d, one for each shard"
                            .formatted(httpShards.size(), shards));
        }
        try (Logging ignored = Logging.toTerminal(terminal);
                ShardServer server = ShardServer.start(new ShardServer.Settings(shard, shards, data, host, port));
                ConsoleServer console = console(server)) {
            terminal.line("shard %d of %d serves on %s, data in %s".formatted(shard, shards, server.address(), data));
            if (console != null) {
                terminal.line("console        " + console.url());
            }
            Interruption.closeOnEnd(server);
            server.awaitTermination();
        }
        return 0;
    }

    /** Null: none was asked for. */
    private @Nullable ConsoleServer console(ShardServer server) {
        if (httpPort == null) {
            return null;
        }
        List<String> asked = httpShards.isEmpty() ? List.of(server.address()) : httpShards;
        return ConsoleServer.start(new ConsoleServer.Settings(httpHost, httpPort, data, asked));
    }
}
