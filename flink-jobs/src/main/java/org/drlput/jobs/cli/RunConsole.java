package org.drlput.jobs.cli;

import java.nio.file.Path;
import java.util.List;
import org.drlput.jobs.train.ShardsWatch;
import org.drlput.server.console.ConsoleServer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands whose shards are in their own process: a console for as long as the command runs. */
final class RunConsole implements ShardsWatch, AutoCloseable {
    @Option(
            names = "--http-port",
            paramLabel = "P",
            converter = WholeNumber.Port.class,
            description =
                    "Shows a console to a browser of this machine on this port while the command runs: learning curves, "
                            + "versions, decisions, shards; it changes nothing. 0: any that is free.")
    private @Nullable Integer port;

    private @Nullable ConsoleServer server;

    boolean given() {
        return port != null;
    }

    /** Serves what is in the run's directory, if the option is given; before anything that takes time. */
    void open(Terminal terminal, Path out) {
        if (port != null) {
            server = ConsoleServer.start(new ConsoleServer.Settings("127.0.0.1", port, out, List.of()));
            terminal.line("console        " + server.url());
        }
    }

    @Override
    public void begin(List<String> shards) {
        if (server != null) {
            server.follow(shards);
        }
    }

    @Override
    public void end() {
        if (server != null) {
            server.leave();
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
