package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentEdit;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.SimulatedFormat;
import org.drlput.jobs.report.Sweep;
import org.drlput.jobs.report.SweepReport;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.study.SweepStudy;
import org.drlput.jobs.train.TrainingRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code drlput sweep}: how fine a grid so many rows can bear. */
@Command(
        name = "sweep",
        header = "Trains on grids of different sizes, and shows how fine a grid so many rows can bear.",
        description = {
            "",
            "On the simulated market, for each number of levels m and groups g (g at most m): logs with uniform actions of that grid, "
                    + "one training, and what its policy is truly worth beside hyperparameters that may take any value. The market "
                    + "has three free hyperparameters, so a grid has g x g x g actions. Leaves sweep.html, sweep.json and a run's "
                    + "directory for each grid in --out."
        },
        footer = {"", "Example:", "  drlput sweep --levels 10 --groups 2,3,4,5,7,10 --rows 100000 --out sweep"})
final class SweepCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--levels",
            paramLabel = "M",
            split = ",",
            defaultValue = "10",
            converter = WholeNumber.Few.class,
            description = "Levels of each hyperparameter; default: ${DEFAULT-VALUE}.")
    private List<Integer> levels;

    @Option(
            names = "--groups",
            paramLabel = "G",
            split = ",",
            defaultValue = "2,3,4,5,7",
            converter = WholeNumber.Few.class,
            description = "Groups that the levels are grouped to; default: ${DEFAULT-VALUE}.")
    private List<Integer> groups;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "100000",
            converter = WholeNumber.Positive.class,
            description = "Logged requests for each grid; default: ${DEFAULT-VALUE}.")
    private long rows;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            converter = WholeNumber.class,
            description = "Of the market and of the training; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "What the sweep leaves.")
    private Path out;

    @Mixin
    private RunShape shape;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    SweepCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** One grid. */
    private record Grid(int levels, int groups) {
        String directory() {
            return "m%d-g%d".formatted(levels, groups);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Grid> grids = grids();
        byte[] yaml = ExperimentEdit.with(LogSimulator.defaultExperiment(), Map.of("training.seed", seed));
        int workers = shape.parallelism(ExperimentLoader.parse(yaml, "examples/demo.yaml"));
        List<String> parts = new ArrayList<>(grids.stream().map(Grid::directory).toList());
        parts.add(SweepReport.NAME);
        new StudyFolder(out, Sweep.NAME, parts).prepare(shape.overwrite());
        try (Logging ignored = Logging.toDirectory(out)) {
            terminal.status("optimum     of hyperparameters that may take any value");
            SweepStudy study = new SweepStudy(yaml, seed);
            terminal.clearStatus();
            List<Sweep.Point> points = new ArrayList<>();
            for (Grid grid : grids) {
                terminal.line("");
                terminal.line("grid           %d levels in %d groups".formatted(grid.levels(), grid.groups()));
                Path run = out.resolve(grid.directory());
                int code = train(study.variant(grid.levels(), grid.groups()), run, workers);
                if (code != 0) {
                    return code;
                }
                points.add(study.judge(grid.levels(), grid.groups(), run));
            }
            Sweep sweep = study.sweep(rows, points);
            SweepReport.write(out, sweep);
            // last: it says that the study came to its end
            sweep.write(out);
            tell(sweep);
        }
        return 0;
    }

    private List<Grid> grids() {
        List<Grid> grids = new ArrayList<>();
        for (int m : levels) {
            for (int g : groups) {
                if (g >= 2 && g <= m) {
                    grids.add(new Grid(m, g));
                }
            }
        }
        if (grids.isEmpty() || grids.stream().distinct().count() < grids.size()) {
            throw new Failure("there is no grid to train on, or one twice")
                    .found("--levels %s --groups %s".formatted(levels, groups))
                    .expected("at least one number of groups from 2 to a number of levels, each once");
        }
        return grids;
    }

    private int train(byte[] yaml, Path run, int workers) throws IOException, InterruptedException {
        Experiment experiment = ExperimentLoader.parse(yaml, "experiment.yaml");
        RunFolder.withLogs(run).prepare(RunFolder.Overwrite.REFUSE);
        Path logs = run.resolve("logs");
        Simulation.run(terminal, experiment, yaml, new LogSimulator.Settings(rows, seed, SimulatedFormat.ARROW, logs));
        TrainingRun.Request request = new TrainingRun.Request(
                yaml,
                List.of(logs.toString()),
                new RunDirectory(run),
                workers,
                shape.shards(),
                List.of(),
                CommandText.of(spec));
        return new Training(terminal, "train", request).run();
    }

    private void tell(Sweep sweep) {
        terminal.line("");
        terminal.line(String.format(
                Locale.ROOT,
                "%7s %7s %8s %11s %8s %13s %12s %10s",
                "levels",
                "groups",
                "actions",
                "true value",
                "regret",
                "best of grid",
                "sample size",
                "Diversity"));
        for (Sweep.Point p : sweep.points()) {
            terminal.line(String.format(
                    Locale.ROOT,
                    "%7d %7d %8d %11.4f %8.4f %13.4f %12.0f %10.3f",
                    p.levels(),
                    p.groups(),
                    p.actions(),
                    p.value(),
                    p.regret(),
                    p.gridOptimum(),
                    p.relativeGain() == null ? 0 : p.relativeGain().effectiveSampleSize(),
                    p.diversity() == null ? 1 : p.diversity()));
        }
        terminal.line(String.format(
                Locale.ROOT,
                "optimum without a grid %.4f, manual setting %.4f; most is earned with %d actions",
                sweep.optimum(),
                sweep.manual(),
                sweep.best().actions()));
        terminal.line("report         " + out.resolve(SweepReport.NAME));
        terminal.line("numbers        " + out.resolve(Sweep.NAME));
    }
}
