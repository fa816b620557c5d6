package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.ExperimentEdit;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.SimulatedFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a study: the user's own logs, or a simulated market's, which are made first. */
final class StudyLogs {
    static final String DIRECTORY = "logs";

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description =
                    "The experiment file; default: experiment.yaml beside the logs, or without logs the one of drlput "
                            + "demo.")
    private @Nullable Path experiment;

    @Option(
            names = "--logs",
            paramLabel = "PATH",
            arity = "1..*",
            description = "Exploration logs: files or directories. Without, logs are simulated, whose truth is known.")
    private List<String> logs = List.of();

    @Option(
            names = "--rows",
            paramLabel = "N",
            converter = WholeNumber.Positive.class,
            description = "Requests that are simulated; default: 300000.")
    private @Nullable Long rows;

    @Option(
            names = "--seed",
            paramLabel = "S",
            converter = WholeNumber.class,
            description =
                    "Of the simulated market and of the training; default: 1, and with --logs the experiment's own.")
    private @Nullable Long seed;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** The bytes of the experiment file, with the seed that was asked for. */
    byte[] experiment(Map<String, Object> edits) throws IOException {
        if (!logs.isEmpty() && rows != null) {
            throw new ParameterException(
                    command.commandLine(), "--rows and --logs exclude each other: rows are simulated, logs are there");
        }
        byte[] yaml = LogSimulator.defaultExperiment();
        Map<String, Object> all = new LinkedHashMap<>(edits);
        if (!logs.isEmpty()) {
            LogChoice.requireLocal(logs);
            all.clear();
        }
        if (experiment != null || !logs.isEmpty()) {
            Path file = experiment != null ? experiment : LogChoice.experimentBeside(logs);
            // first, for it says best what is wrong with the file
            ExperimentLoader.load(file);
            yaml = Files.readAllBytes(file);
        }
        if (seed != null || logs.isEmpty()) {
            all.put("training.seed", seed());
        }
        return all.isEmpty() ? yaml : ExperimentEdit.with(yaml, all);
    }

    private long seed() {
        return seed == null ? 1 : seed;
    }

    boolean simulated() {
        return logs.isEmpty();
    }

    /** The logs; those that are simulated are made in {@code out}. */
    List<String> logs(Terminal terminal, byte[] yaml, Path out) {
        if (!logs.isEmpty()) {
            return List.copyOf(logs);
        }
        Path directory = out.resolve(DIRECTORY);
        Simulation.run(
                terminal,
                ExperimentLoader.parse(yaml, "experiment.yaml"),
                yaml,
                new LogSimulator.Settings(rows == null ? 300_000 : rows, seed(), SimulatedFormat.ARROW, directory));
        return List.of(directory.toString());
    }
}
