package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.drlput.jobs.cluster.Cluster;
import org.drlput.jobs.cluster.ClusterSpec;
import org.drlput.jobs.cluster.ProcessStatus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code drlput cluster}: workers and shards as processes of this machine. */
@Command(
        name = "cluster",
        header = "Runs workers and shards as processes of this machine.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        description = {
            "",
            "up starts Flink workers, parameter-server shards and a small supervisor that starts again what dies; status, scale and "
                    + "down do what they say. Jobs are given to it with drlput submit. Everything lies in one directory: "
                    + "data, logs, process ids."
        },
        footer = {"", "Example: two workers and two shards", "  drlput cluster up --workers 2 --shards 2 --dir cluster"
        })
final class ClusterCommand implements Callable<Integer> {
    static final String DIRECTORY = "cluster";

    @Spec
    private CommandSpec spec;

    private ClusterCommand() {}

    static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new ClusterCommand());
        line.addSubcommand(new Up(terminal));
        line.addSubcommand(new Status(terminal));
        line.addSubcommand(new Scale(terminal));
        line.addSubcommand(new Down(terminal));
        return line;
    }

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "there is no command");
    }

    /** The option of all: which cluster. */
    static final class Place {
        @Option(
                names = "--dir",
                paramLabel = "DIR",
                defaultValue = DIRECTORY,
                description = "Where the cluster keeps everything; default: ${DEFAULT-VALUE}.")
        private Path dir;

        Cluster cluster() {
            return new Cluster(dir);
        }
    }

    /** {@code drlput cluster up}. */
    @Command(
            name = "up",
            header = "Starts workers, shards and the supervisor, and waits until they are there.",
            description = {
                "",
                "What is not given is as it was when the cluster was up before. A job that was running when it went down goes on."
            },
            footer = {"", "Example:", "  drlput cluster up --workers 2 --shards 2"})
    static final class Up implements Callable<Integer> {
        private static final int WORKERS = 2;
        private static final int PORT = 7170;
        private static final int MEBIBYTES = 704;
        private static final int SHARD_MEBIBYTES = 192;
        private static final long HEARTBEAT_MILLIS = 10_000;

        private final Terminal terminal;

        @Option(
                names = "--workers",
                paramLabel = "N",
                converter = WholeNumber.Few.class,
                description = "Flink workers, one task slot each; default: " + WORKERS + ".")
        private @Nullable Integer workers;

        @Option(
                names = "--shards",
                paramLabel = "M",
                converter = WholeNumber.Few.class,
                description = "Parameter-server shards; default: " + RunShape.SHARDS + ".")
        private @Nullable Integer shards;

        @Mixin
        private Place place;

        @Option(
                names = "--port",
                paramLabel = "P",
                converter = WholeNumber.Port.class,
                description = "The first of the ports that it listens on, on this machine only: JobManager, its REST "
                        + "interface, then one a shard; default: " + PORT + ".")
        private @Nullable Integer port;

        @Option(
                names = "--worker-memory",
                paramLabel = "MIB",
                converter = WholeNumber.Index.class,
                description = "Memory of a worker in all; default: " + MEBIBYTES + ".")
        private @Nullable Integer workerMebibytes;

        @Option(
                names = "--shard-memory",
                paramLabel = "MIB",
                converter = WholeNumber.Index.class,
                description = "Heap of a shard; default: " + SHARD_MEBIBYTES + ".")
        private @Nullable Integer shardMebibytes;

        @Option(
                names = "--heartbeat-timeout",
                paramLabel = "MS",
                converter = WholeNumber.Positive.class,
                description =
                        "How long a worker or JobManager may be silent before the others take it for dead; default: "
                                + HEARTBEAT_MILLIS + ".")
        private @Nullable Long heartbeatMillis;

        @Option(
                names = "--http-port",
                paramLabel = "P",
                converter = WholeNumber.Port.class,
                description =
                        "Of a console for a browser on this machine, which shard 0 serves; 0: none. Default: none.")
        private @Nullable Integer httpPort;

        Up(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Cluster cluster = place.cluster();
            ClusterSpec before = cluster.exists()
                    ? cluster.spec()
                    : new ClusterSpec(
                            ClusterSpec.FORMAT_VERSION,
                            WORKERS,
                            RunShape.SHARDS,
                            PORT,
                            MEBIBYTES,
                            SHARD_MEBIBYTES,
                            HEARTBEAT_MILLIS);
            terminal.status("starting     workers and shards");
            cluster.up(new ClusterSpec(
                    ClusterSpec.FORMAT_VERSION,
                    workers == null ? before.workers() : workers,
                    shards == null ? before.shards() : shards,
                    port == null || port == 0 ? before.port() : port,
                    workerMebibytes == null ? before.workerMebibytes() : workerMebibytes,
                    shardMebibytes == null ? before.shardHeapMebibytes() : shardMebibytes,
                    heartbeatMillis == null ? before.heartbeatTimeoutMillis() : heartbeatMillis,
                    httpPort(before)));
            terminal.clearStatus();
            print(terminal, cluster.status());
            if (httpPort(before) != null) {
                terminal.line("console: http://%s:%d/".formatted(ClusterSpec.HOST, httpPort(before)));
            }
            String run = cluster.unfinishedRun();
            terminal.line(
                    run == null
                            ? "give it a job: drlput submit --logs DIR --out DIR --cluster " + place.dir
                            : "run " + run + " goes on; follow it: drlput submit --resume --out DIR --cluster "
                                    + place.dir);
            return 0;
        }

        private @Nullable Integer httpPort(ClusterSpec before) {
            Integer port = httpPort == null ? before.httpPort() : httpPort;
            return port == null || port == 0 ? null : port;
        }
    }

    /** {@code drlput cluster status}. */
    @Command(
            name = "status",
            header = "Shows each process, how it is, and where its log is.",
            description = {"", "Exit code 1 if one of them is not well."},
            footer = {"", "Example:", "  drlput cluster status"})
    static final class Status implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private Place place;

        Status(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Cluster cluster = place.cluster();
            List<ProcessStatus> all = cluster.status();
            if (all.stream().allMatch(process -> process.pid() == null)) {
                String run = cluster.unfinishedRun();
                terminal.line("the cluster is down" + (run == null ? "" : "; run " + run + " goes on when it is up"));
                return 1;
            }
            print(terminal, all);
            return all.stream().allMatch(ProcessStatus::healthy) ? 0 : 1;
        }
    }

    /** {@code drlput cluster scale}. */
    @Command(
            name = "scale",
            header = "Changes the number of workers; a running job uses them by itself.",
            description = {
                "",
                "The job stops for some seconds and goes on from its last checkpoint, to the same weights."
            },
            footer = {"", "Example:", "  drlput cluster scale --workers 4"})
    static final class Scale implements Callable<Integer> {
        private final Terminal terminal;

        @Option(
                names = "--workers",
                required = true,
                paramLabel = "N",
                converter = WholeNumber.Few.class,
                description = "How many there shall be.")
        private int workers;

        @Mixin
        private Place place;

        Scale(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Cluster cluster = place.cluster();
            int before = cluster.spec().workers();
            cluster.scale(workers);
            terminal.line("workers        %d, before %d".formatted(workers, before));
            return 0;
        }
    }

    /** {@code drlput cluster down}. */
    @Command(
            name = "down",
            header = "Ends every process; versions, captures, checkpoints and logs stay.",
            description = {"", "A job that is not over goes on when the cluster is up again."},
            footer = {"", "Example:", "  drlput cluster down"})
    static final class Down implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private Place place;

        Down(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Cluster cluster = place.cluster();
            int ended = cluster.down();
            terminal.line(ended == 0 ? "the cluster was down" : "%d processes are ended".formatted(ended));
            String run = cluster.unfinishedRun();
            if (run != null) {
                terminal.line("run " + run + " is not over: it goes on when the cluster is up again");
            }
            return 0;
        }
    }

    private static void print(Terminal terminal, List<ProcessStatus> all) {
        terminal.line("%-12s %8s %8s %9s  %s".formatted("process", "pid", "restarts", "memory", "health"));
        for (ProcessStatus process : all) {
            terminal.line("%-12s %8s %8d %9s  %s"
                    .formatted(
                            process.name(),
                            process.pid() == null ? "-" : process.pid(),
                            process.restarts(),
                            process.pid() == null ? "-" : Texts.bytes(process.residentBytes()),
                            process.health()));
            terminal.line("%-12s %s".formatted("", process.log()));
        }
    }
}
