package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.SimulatedFormat;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.TrainingRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code drlput demo}: all of it on a simulated market, whose truth says how well it went. */
@Command(
        name = "demo",
        header = "Simulates an ad market, trains a policy on its logs, and says how good it truly is.",
        description = {
            "",
            "Simulates exploration logs, trains on them through an embedded Flink against parameter-server shards over gRPC, "
                    + "publishes and evaluates versions, and compares the estimates with the simulator's truth. Leaves "
                    + "everything in --out, with report.html and summary.json."
        },
        footer = {"", "Example: a million rows, about a minute on two cores", "  drlput demo --out out"})
final class DemoCommand implements Callable<Integer> {
    private static final Pattern TRAINING_SEED = Pattern.compile("(?m)^(\\s+seed: )\\d+$");

    private final Terminal terminal;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "1000000",
            converter = WholeNumber.Positive.class,
            description = "Logged requests; default: ${DEFAULT-VALUE}.")
    private long rows;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            converter = WholeNumber.class,
            description = "Of the market and of the training; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out",
            description = "What the demo leaves; default: ${DEFAULT-VALUE}.")
    private Path out;

    @Mixin
    private RunShape shape;

    @Mixin
    private RunConsole console;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        byte[] yaml = experiment(seed);
        Experiment experiment = ExperimentLoader.parse(yaml, "examples/demo.yaml");
        int workers = shape.parallelism(experiment);
        try (RunConsole ignored = console) {
            // a port that can not be had leaves nothing behind
            console.open(terminal, out);
            RunFolder.withLogs(out).prepare(shape.overwrite());
            return simulateAndTrain(yaml, experiment, workers);
        }
    }

    private int simulateAndTrain(byte[] yaml, Experiment experiment, int workers)
            throws IOException, InterruptedException {
        try (Logging ignored = Logging.toDirectory(out)) {
            Path logs = out.resolve("logs");
            Simulation.run(
                    terminal, experiment, yaml, new LogSimulator.Settings(rows, seed, SimulatedFormat.ARROW, logs));
            TrainingRun.Request request = new TrainingRun.Request(
                    yaml,
                    List.of(logs.toString()),
                    new RunDirectory(out),
                    workers,
                    shape.shards(),
                    List.of(),
                    CommandText.of(spec));
            return new Training(terminal, "demo", request).watchedBy(console).run();
        }
    }

    /** The demo's experiment file, trained with this seed. */
    static byte[] experiment(long seed) {
        String yaml = new String(LogSimulator.defaultExperiment(), StandardCharsets.UTF_8);
        Matcher matcher = TRAINING_SEED.matcher(yaml);
        return matcher.replaceAll("$1" + seed).getBytes(StandardCharsets.UTF_8);
    }
}
