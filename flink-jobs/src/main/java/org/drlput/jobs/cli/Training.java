package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.math.Kernels;
import org.drlput.common.select.Selection;
import org.drlput.common.simulate.Truth;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.report.Report;
import org.drlput.jobs.report.Summary;
import org.drlput.jobs.report.TrueValue;
import org.drlput.jobs.report.TrueValues;
import org.drlput.jobs.train.JobEngine;
import org.drlput.jobs.train.Progress;
import org.drlput.jobs.train.Resumption;
import org.drlput.jobs.train.RunCheckpoints;
import org.drlput.jobs.train.ShardsWatch;
import org.drlput.jobs.train.TrainingException;
import org.drlput.jobs.train.TrainingRun;
import org.jspecify.annotations.Nullable;

/** What {@code train} and {@code demo} have in common: a run, its truth, summary and report. */
final class Training {
    private final Terminal terminal;
    private final String command;
    private final TrainingRun.Request request;
    private final @Nullable JobEngine engine;
    private final Experiment experiment;
    private final ProgressView view;
    private final Path root;
    private ShardsWatch watch = ShardsWatch.NOBODY;

    /** @param command train or demo */
    Training(Terminal terminal, String command, TrainingRun.Request request) {
        this(terminal, command, request, null);
    }

    /** @param engine what runs the job; null: an embedded Flink */
    Training(Terminal terminal, String command, TrainingRun.Request request, @Nullable JobEngine engine) {
        this.terminal = terminal;
        this.engine = engine;
        this.command = command;
        this.request = request;
        experiment = ExperimentLoader.parse(request.experimentYaml(), "experiment.yaml");
        view = new ProgressView(terminal, System::nanoTime);
        root = request.directory().root();
    }

    /** Has somebody watch the embedded shards. */
    Training watchedBy(ShardsWatch somebody) {
        watch = somebody;
        return this;
    }

    /**
     * Runs to the end, or until it is stopped; the directory is there, and has no run but the one to go on with.
     *
     * @return the exit code
     */
    int run() throws IOException, InterruptedException {
        Resumption from = request.resumption();
        if (from != null && from.info().finished() && Files.exists(root.resolve(Summary.NAME))) {
            tellEnd("finished       it came to its end before; nothing is left to do", Summary.read(root), null);
            return 0;
        }
        TrainingRun run = new TrainingRun(request, progress(), engine);
        run.watchedBy(watch);
        if (from != null) {
            terminal.line(resumed(from));
        }
        TrainingRun.Result result;
        // a job on a cluster does not end with this process
        try (Interruption.Stop interruption =
                engine == null ? Interruption.stopFirst(terminal, run::stop) : Interruption.endAtOnce()) {
            try {
                result = run(run);
            } catch (TrainingException e) {
                if (interruption.exitCode() == 0) {
                    throw e;
                }
                terminal.error(ErrorBlock.of(e));
                return interruption.exitCode();
            }
            if (result.stopped() != null) {
                stopped(result, result.stopped()).forEach(terminal::line);
                return interruption.exitCode();
            }
        }
        terminal.status("gate        of the best version");
        Selection selection = RunChoice.make(
                experiment,
                request.directory(),
                result.firstPass().result(),
                result.lastStatus().getBaseVersion(),
                result.lastVersion());
        Summary.GateSummary gate = new EndOfRun(
                        experiment,
                        request.directory(),
                        request.servers(),
                        result.info().run())
                .ask(selection, result.lastVersion());
        Summary summary = summary(result, truth(result.lastVersion()), gate);
        summary.write(root);
        Report.write(root);
        tellEnd(endedEarly(result), summary, selection.reason());
        return 0;
    }

    private String endedEarly(TrainingRun.Result result) {
        long steps = result.lastStatus().getStep();
        long total = result.plan().totalSteps();
        return steps >= total
                ? ""
                : String.format(
                        Locale.ROOT,
                        "ended early    at step %,d of %,d: %d judged versions came without a greater lower bound (versions.patience)",
                        steps,
                        total,
                        experiment.versions().patience());
    }

    /** @param why the selection's reason; null where the run came to its end before */
    private void tellEnd(String first, Summary summary, @Nullable String why) throws IOException {
        terminal.line(first);
        SummaryText.lines(summary, overManual(summary)).forEach(terminal::line);
        Summary.GateSummary gate = summary.gate();
        if (gate != null && gate.verdict() != null) {
            terminal.line("to use         " + gate.verdict());
        }
        if (why != null) {
            terminal.line("               " + why);
        }
        terminal.line("summary        " + root.resolve(Summary.NAME));
        terminal.line("report         " + root.resolve(Report.NAME));
    }

    private String resumed(Resumption from) {
        RunCheckpoints.Found checkpoint = from.from();
        return checkpoint == null
                ? "resumed        run %s: no checkpoint is complete, it begins again"
                        .formatted(from.info().run())
                : String.format(
                        Locale.ROOT,
                        "resumed        run %s at step %,d, from %s",
                        from.info().run(),
                        from.boundary(),
                        checkpoint.directory());
    }

    private List<String> stopped(TrainingRun.Result result, TrainingRun.Result.Stopped stopped) {
        Path savepoint = stopped.savepoint();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "stopped        at step %,d of %,d; %s",
                        stopped.step(),
                        result.plan().totalSteps(),
                        savepoint == null ? "without a savepoint, see " + Logging.FILE : "savepoint " + savepoint),
                "to go on       drlput train --resume --out " + root);
    }

    private TrainingRun.Result run(TrainingRun run) throws InterruptedException {
        try {
            return run.run();
        } finally {
            view.finish();
        }
    }

    private Progress progress() {
        RowRate firstPass = new RowRate(System::nanoTime);
        return snapshot -> view.update(state(snapshot, firstPass));
    }

    private static ProgressView.State state(Progress.Snapshot snapshot, RowRate firstPass) {
        String phase = switch (snapshot.phase()) {
            case FIRST_PASS -> "first pass";
            case TRAINING -> "training";
            case EVALUATING -> "evaluating";
            case DONE -> "done";
        };
        if (snapshot.phase() == Progress.Phase.FIRST_PASS) {
            return firstPass.state(phase, snapshot.rows(), snapshot.totalRows());
        }
        Double secondsLeft = snapshot.secondsLeft();
        return new ProgressView.State(
                phase,
                snapshot.rows(),
                snapshot.totalRows(),
                snapshot.rowsPerSecond(),
                snapshot.step(),
                snapshot.totalSteps(),
                snapshot.progressiveReward(),
                snapshot.diversity(),
                snapshot.relativeGain(),
                secondsLeft == null || snapshot.phase() != Progress.Phase.TRAINING ? -1 : secondsLeft);
    }

    /** Writes what is true of every version, if the logs are simulated. */
    private Summary.@Nullable TruthSummary truth(long lastVersion) throws IOException {
        terminal.status("truth       of each version, if the logs are simulated");
        Optional<TrueValues> found = TrueValues.of(experiment, request.logs());
        if (found.isEmpty()) {
            terminal.clearStatus();
            return null;
        }
        VersionRegistry registry = new VersionRegistry(root);
        List<Path> versions =
                registry.versions().stream().map(registry::directory).toList();
        SortedMap<Long, TrueValue> values = found.get()
                .of(
                        versions,
                        Kernels.best(),
                        done -> terminal.status("truth       of %d of %d versions".formatted(done, versions.size())));
        terminal.clearStatus();
        found.get().truth().write(root.resolve(Truth.NAME));
        TrueValue.write(root, values);
        TrueValue last = values.get(lastVersion);
        return last == null ? null : found.get().summary(last);
    }

    private @Nullable Evaluation evaluation(long version) {
        return new VersionRegistry(root)
                .evaluation(version)
                .map(json -> Evaluation.fromJson(json, "evaluations/" + version + ".json"))
                .filter(evaluation -> evaluation.error() == null)
                .orElse(null);
    }

    private @Nullable Estimate overManual(Summary summary) {
        Evaluation evaluation = evaluation(summary.version());
        var estimates = evaluation == null
                ? null
                : evaluation.estimates().get(evaluation.relativeGain().estimator());
        return estimates == null ? null : estimates.gainOverManual();
    }

    private Summary summary(TrainingRun.Result result, Summary.@Nullable TruthSummary truth, Summary.GateSummary gate) {
        long version = result.lastVersion();
        Evaluation evaluation = evaluation(version);
        FirstPassResult rows = result.firstPass().result();
        Double firstPass = result.info().firstPassSeconds();
        Double training = result.info().trainSeconds();
        double seconds = (firstPass == null ? 0 : firstPass) + (training == null ? 0 : training);
        long steps = result.lastStatus().getStep();
        double trained = (double) rows.trainedRows()
                * result.plan().epochs()
                * steps
                / result.plan().totalSteps();
        return new Summary(
                Summary.FORMAT_VERSION,
                command,
                version,
                result.info().seed(),
                result.info().parallelism(),
                result.info().shards(),
                rows.rows(),
                rows.trainedRows(),
                rows.heldOutRows(),
                rows.rejected(),
                result.lastStatus().getMetrics().getRefusedMicroBatches(),
                steps,
                Math.round(seconds * 1000) / 1000.0,
                seconds > 0 ? Math.round(trained / seconds) : 0,
                new VersionRegistry(root).manifest(version).weightsSha256(),
                result.info().experimentSha256(),
                evaluation == null ? null : evaluation.diversity(),
                evaluation == null ? null : evaluation.relativeGain(),
                estimates(evaluation),
                truth,
                gate);
    }

    static Map<String, Estimate> estimates(@Nullable Evaluation evaluation) {
        Map<String, Estimate> estimates = new LinkedHashMap<>();
        if (evaluation != null) {
            evaluation.estimates().forEach((name, of) -> estimates.put(name, of.relativeGain()));
        }
        return estimates;
    }

    /** One worker a core, as far as there are micro-batches. */
    static int parallelism(@Nullable Integer asked, Experiment experiment) {
        int most = experiment.training().microBatches();
        if (asked != null && asked > most) {
            throw new Failure("--parallelism is more than there is to share")
                    .found(asked)
                    .expected(String.format(Locale.ROOT, "1 to %d, the experiment's training.microBatches", most))
                    .toDo("give a smaller one, or raise training.microBatches");
        }
        return asked != null ? asked : Math.min(most, Runtime.getRuntime().availableProcessors());
    }
}
