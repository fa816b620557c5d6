package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.Resumption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a command that trains on the user's logs: which logs, and with which experiment. */
final class RunInput {
    /** What a run begins or goes on with. */
    record Loaded(byte[] yaml, Experiment experiment, List<String> logs) {}

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description = "The experiment file; default: experiment.yaml beside the logs.")
    private @Nullable Path experiment;

    @Option(
            names = "--logs",
            paramLabel = "PATH",
            arity = "1..*",
            description =
                    "Exploration logs: files or directories, here or on a file system that Flink mounts. With --resume "
                            + "they are only compared.")
    private List<String> logs = List.of();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    void requireLogs() {
        if (logs.isEmpty()) {
            throw new ParameterException(command.commandLine(), "missing --logs");
        }
    }

    /** For a new run. */
    Loaded load() throws IOException {
        requireLogs();
        LogChoice.requireLocal(logs);
        Path file = experiment != null ? experiment : LogChoice.experimentBeside(logs);
        // first, for it says best what is wrong with the file
        Experiment parsed = ExperimentLoader.load(file);
        return new Loaded(Files.readAllBytes(file), parsed, List.copyOf(logs));
    }

    /** For a run that goes on: its own, and what is given must be the same. */
    Loaded loadAgain(RunDirectory directory, Resumption from) throws IOException {
        from.requireSame(directory, experiment == null ? null : Files.readAllBytes(experiment), List.copyOf(logs));
        byte[] yaml = Files.readAllBytes(directory.experiment());
        return new Loaded(
                yaml,
                ExperimentLoader.parse(yaml, directory.experiment().toString()),
                from.info().logs());
    }
}
