package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.drlput.common.experiment.ExperimentEdit;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.simulate.Behaviour;
import org.drlput.common.simulate.LogKind;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.SimulatedFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drlput simulate}: exploration logs of an ad market whose truth is known. */
@Command(
        name = "simulate",
        header = "Writes exploration logs of a simulated ad market whose truth is known.",
        description = {
            "",
            "The directory gets log files, experiment.yaml, truth.json (the values of the best single action, of the manual "
                    + "setting and of an oracle) and a sample of all traffic. Any number of rows, in constant memory; the "
                    + "same seed gives the same logs, and fewer rows are the beginning of more."
        },
        footer = {
            "",
            "Examples: a million logged requests",
            "  drlput simulate --rows 1000000 --seed 7 --out logs",
            "and fresh ones of the same market, for drlput evaluate",
            "  drlput simulate --rows 100000 --seed 7 --log 1 --out fresh",
            "cautious exploration around the manual setting",
            "  drlput simulate --rows 100000 --seed 7 --behaviour gaussian --out careful"
        })
final class SimulateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--rows",
            required = true,
            paramLabel = "N",
            converter = WholeNumber.Positive.class,
            description = "Logged requests.")
    private long rows;

    @Option(
            names = "--seed",
            required = true,
            paramLabel = "S",
            converter = WholeNumber.class,
            description = "Of the market and its logs.")
    private long seed;

    @Option(
            names = "--log",
            paramLabel = "L",
            defaultValue = "0",
            converter = WholeNumber.class,
            description =
                    "Which of the market's logs: another one has fresh requests of the same users, to judge by what was "
                            + "trained on the first; default: ${DEFAULT-VALUE}.")
    private long log;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "A directory that is empty or does not exist.")
    private Path out;

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description = "Which features, hyperparameters and outcomes of the market are logged; default: the one of "
                    + "drlput demo, examples/demo.yaml.")
    private @Nullable Path experimentFile;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "arrow",
            converter = FormatName.class,
            description = "arrow, parquet or csv; default: ${DEFAULT-VALUE}.")
    private SimulatedFormat format;

    @Option(
            names = "--behaviour",
            paramLabel = "HOW",
            defaultValue = "uniform",
            converter = BehaviourOptions.Name.class,
            description =
                    "How actions are chosen: uniform; gaussian, around the manual setting; or policy, that of --policy. "
                            + "The propensity of each is logged; default: ${DEFAULT-VALUE}.")
    private String behaviour;

    @Mixin
    private BehaviourOptions behaviourOptions;

    @Option(
            names = "--heavy-users",
            paramLabel = "X",
            defaultValue = "1",
            description =
                    "How many times as frequent heavy users are, the most active fifth, relative to the others, as in all "
                            + "traffic; default: ${DEFAULT-VALUE}.")
    private double heavyUsers;

    @Option(
            names = "--cut",
            description = "Conversions that come after the last request are not seen: the log is cut there.")
    private boolean cut;

    @Option(
            names = "--drift",
            paramLabel = "X",
            defaultValue = "0",
            description =
                    "How far the users' tastes drift with the hour, the day of the week and from week to week, 0 to 2; "
                            + "default: ${DEFAULT-VALUE}.")
    private double drift;

    SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        byte[] yaml = LogSimulator.defaultExperiment();
        String source = "examples/demo.yaml";
        if (experimentFile != null) {
            ExperimentLoader.load(experimentFile);
            yaml = Files.readAllBytes(experimentFile);
            source = experimentFile.toString();
        }
        LogKind kind = new LogKind(behaviourOptions.behaviour(behaviour), heavyUsers, cut);
        if (!(kind.behaviour() instanceof Behaviour.Uniform) && experimentFile == null) {
            yaml = ExperimentEdit.with(yaml, Map.of("actions.behaviour", "logged"));
        }
        LogSimulator.Settings settings = new LogSimulator.Settings(rows, seed, log, kind, drift, format, out);
        Simulation.run(terminal, ExperimentLoader.parse(yaml, source), yaml, settings);
        return 0;
    }
}
