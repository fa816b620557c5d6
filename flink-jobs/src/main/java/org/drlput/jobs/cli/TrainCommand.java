package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drlput train}: from logs to evaluated versions. */
@Command(
        name = "train",
        header = "Trains a policy from exploration logs, publishes versions and evaluates them.",
        description = {
            "",
            "Flink workers compute gradients, parameter-server shards hold the weights: all in this process, or with --servers "
                    + "against shards that run already. Leaves versions, evaluations, summary.json and report.html in --out. "
                    + "The same logs, experiment and seed give the same weights at any parallelism and number of shards."
        },
        footer = {
            "",
            "Example: logs of drlput simulate, with the experiment that lies beside them",
            "  drlput train --logs logs --out run",
        })
final class TrainCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description = "The experiment file; default: experiment.yaml beside the logs.")
    private @Nullable Path experimentFile;

    @Option(
            names = "--logs",
            required = true,
            paramLabel = "PATH",
            arity = "1..*",
            description = "Exploration logs: files or directories, here or on a file system that Flink mounts.")
    private List<String> logs;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "What the run leaves.")
    private Path out;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            converter = WholeNumber.Few.class,
            description = "Flink workers; default: one a core, at most one a micro-batch.")
    private @Nullable Integer parallelism;

    @Option(
            names = "--shards",
            paramLabel = "S",
            converter = WholeNumber.Few.class,
            description = "Parameter-server shards in this process; default: 2.")
    private @Nullable Integer shards;

    @Option(
            names = "--servers",
            paramLabel = "HOST:PORT",
            split = ",",
            converter = Address.class,
            description = "Shards that run already, all of them, in shard order.")
    private List<String> servers = List.of();

    @Option(names = "--overwrite", description = "Deletes the run that is in --out.")
    private boolean overwrite;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!servers.isEmpty() && shards != null) {
            throw new ParameterException(
                    spec.commandLine(), "--shards and --servers exclude each other: the servers are the shards");
        }
        LogChoice.requireLocal(logs);
        Path file = experimentFile != null ? experimentFile : LogChoice.experimentBeside(logs);
        Experiment experiment = ExperimentLoader.load(file);
        byte[] yaml = Files.readAllBytes(file);
        int workers = Training.parallelism(parallelism, experiment);
        RunFolder.of(out).prepare(overwrite ? RunFolder.Overwrite.DELETE_RUN : RunFolder.Overwrite.REFUSE);
        try (Logging ignored = Logging.toDirectory(out)) {
            TrainingRun.Request request = new TrainingRun.Request(
                    yaml,
                    List.copyOf(logs),
                    new RunDirectory(out),
                    workers,
                    shards == null ? DemoCommand.SHARDS : shards,
                    List.copyOf(servers),
                    CommandText.of(spec));
            new Training(terminal, "train", request).run();
        }
        return 0;
    }
}
