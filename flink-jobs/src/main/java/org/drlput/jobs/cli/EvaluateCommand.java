package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Version;
import org.drlput.jobs.firstpass.LogAudit;
import org.drlput.jobs.report.Summary;
import org.drlput.jobs.report.TrueValues;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drlput evaluate}: the estimators on any log. */
@Command(
        name = "evaluate",
        header = "Judges a version by exploration logs that it was not trained on.",
        description = {
            "",
            "Relative Gain of the greedy policy by every estimator with its interval, Diversity, segments; for simulated logs "
                    + "the truth beside them. Reads the logs in constant memory. Leaves evaluation.json and summary.json in "
                    + "--out."
        },
        footer = {
            "",
            "Example: a version of a run, on fresh logs",
            "  drlput evaluate --version out/versions/000000000977 --logs fresh --out judged",
        })
final class EvaluateCommand implements Callable<Integer> {
    private static final String EVALUATION = "evaluation.json";

    private final Terminal terminal;

    @Option(
            names = "--version",
            required = true,
            paramLabel = "DIR",
            description = "A version's directory, as a run or a server published it.")
    private Path versionDirectory;

    @Mixin
    private LogsOption logs;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "What the evaluation leaves.")
    private Path out;

    @Mixin
    private RowsOption rows;

    @Option(names = "--overwrite", description = "Deletes the evaluation or run that is in --out.")
    private boolean overwrite;

    EvaluateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        Version version = Version.read(versionDirectory);
        JudgedLogs judged = new JudgedLogs(terminal, version.experiment(), logs.paths());
        LogAudit.Report audit = judged.audit(versionDirectory);
        RunFolder.of(out).prepare(overwrite ? RunFolder.Overwrite.DELETE_RUN : RunFolder.Overwrite.REFUSE);
        Evaluation evaluation = judged.read(
                audit.rows(),
                blocks -> PolicyEvaluator.of(version.experiment(), Kernels.best(), rows.scope(), blocks)
                        .evaluate(version, blocks));
        Files.write(out.resolve(EVALUATION), evaluation.toJson());
        double seconds = (System.nanoTime() - start) * 1e-9;
        Summary summary = summary(version, audit, evaluation, seconds);
        Path file = summary.write(out);
        SummaryText.lines(summary, overManual(evaluation)).forEach(terminal::line);
        terminal.line("evaluation     " + out.resolve(EVALUATION));
        terminal.line("summary        " + file);
        return 0;
    }

    private static @Nullable Estimate overManual(Evaluation evaluation) {
        var estimates = evaluation.estimates().get(evaluation.relativeGain().estimator());
        return estimates == null ? null : estimates.gainOverManual();
    }

    private Summary summary(Version version, LogAudit.Report audit, Evaluation evaluation, double seconds)
            throws IOException {
        Optional<TrueValues> truth = TrueValues.of(version.experiment(), logs.names());
        long judged = evaluation.rows();
        long rejected =
                audit.rejected().values().stream().mapToLong(Long::longValue).sum();
        return new Summary(
                Summary.FORMAT_VERSION,
                "evaluate",
                version.manifest().version(),
                version.experiment().training().seed(),
                1,
                0,
                judged + rejected,
                0,
                judged,
                audit.rejected(),
                0,
                version.manifest().step(),
                Math.round(seconds * 1000) / 1000.0,
                Math.round(judged / seconds),
                version.manifest().weightsSha256(),
                version.manifest().experimentSha256(),
                evaluation.diversity(),
                evaluation.relativeGain(),
                Training.estimates(evaluation),
                truth.map(t -> t.summary(t.of(version, Kernels.best()))).orElse(null),
                null);
    }
}
