package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.drlput.common.estimate.Comparison;
import org.drlput.common.estimate.Comparison.SegmentComparison;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.PairedEstimates;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.experiment.Experiment.EstimatorName;
import org.drlput.common.experiment.Nearest;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Version;
import org.drlput.jobs.firstpass.LogAudit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drlput compare}: two versions on the same rows. */
@Command(
        name = "compare",
        header = "Compares two versions by the same exploration logs, and says whether they can be told apart.",
        description = {
            "",
            "Their difference is taken row by row, so what they share cancels: its interval is narrower than those of the two "
                    + "versions. Where it holds 0, the number of rows is told that would be needed. Per segment too."
        },
        footer = {
            "",
            "Example: two versions of a run, on the rows that it held out",
            "  drlput compare versions/000000000977 versions/000000000950 --logs logs --rows held-out",
        })
final class CompareCommand implements Callable<Integer> {
    private static final String COMPARISON = "comparison.json";

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "V1", description = "Directory of the version that is asked about.")
    private Path first;

    @Parameters(index = "1", paramLabel = "V2", description = "Directory of the one that it is compared with.")
    private Path second;

    @Mixin
    private LogsOption logs;

    @Mixin
    private RowsOption rows;

    @Option(
            names = "--estimator",
            paramLabel = "NAME",
            description = "Another estimator than the headline of V1's experiment: ips, snips, dr and others.")
    private @Nullable String estimator;

    @Option(names = "--out", paramLabel = "DIR", description = "Leaves comparison.json there, with every estimator.")
    private @Nullable Path out;

    CompareCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        checkEstimator();
        Version one = Version.read(first);
        Version other = Version.read(second);
        JudgedLogs judged = new JudgedLogs(terminal, one.experiment(), logs.paths());
        LogAudit.Report audit = judged.audit(first);
        Comparison comparison = judged.read(
                audit.rows(),
                blocks -> PolicyEvaluator.of(one.experiment(), Kernels.best(), rows.scope(), blocks)
                        .compare(one, other, blocks));
        lines(comparison, estimator == null ? comparison.headline() : estimator).forEach(terminal::line);
        if (out != null) {
            Files.createDirectories(out);
            Path file = out.resolve(COMPARISON);
            Files.write(file, comparison.toJson());
            terminal.line("comparison     " + file);
        }
        return 0;
    }

    private void checkEstimator() {
        List<String> keys = EstimatorName.keys();
        if (estimator != null && !keys.contains(estimator)) {
            throw new Failure("there is no estimator '%s'%s".formatted(estimator, Nearest.hint(estimator, keys)))
                    .expected("one of " + String.join(", ", keys))
                    .toDo("leave --estimator out: the experiment names a headline");
        }
    }

    private static List<String> lines(Comparison comparison, String name) {
        PairedEstimates pair = comparison.by(name);
        String one = "version " + comparison.first();
        String other = "version " + comparison.second();
        List<String> lines = new ArrayList<>();
        add(
                lines,
                "compared",
                String.format(
                        Locale.ROOT,
                        "%s with %s by %s, on the same %,d rows",
                        one,
                        other,
                        EstimatorName.label(name),
                        comparison.rows()));
        add(lines, one, alone(pair.first().relativeGain(), pair.first().gainOverManual()));
        add(lines, other, alone(pair.second().relativeGain(), pair.second().gainOverManual()));
        add(lines, "difference", difference(pair.difference()));
        add(lines, "gain", "%s of %s over %s".formatted(gain(pair.gain()), one, other));
        add(lines, "verdict", verdict(pair, one, other));
        comparison.outcomes().forEach((outcome, of) -> add(lines, "outcome", outcome + ": " + gain(of.gain())));
        String feature = "";
        for (SegmentComparison segment : comparison.segments()) {
            if (segment.rows() == 0) {
                continue;
            }
            if (!segment.feature().equals(feature)) {
                feature = segment.feature();
                lines.add("by " + feature);
            }
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-24s %,12d rows  %s",
                    segment.label(),
                    segment.rows(),
                    gain(segment.by(name).gain())));
        }
        return lines;
    }

    private static String alone(Estimate overBehaviour, Estimate overManual) {
        return "%s over exploration traffic; %s over the manual setting"
                .formatted(gain(overBehaviour), gain(overManual));
    }

    /** With its interval, or why there is none. */
    private static String gain(Estimate estimate) {
        return estimate.value() == null ? "no estimate (" + estimate.reason() + ")" : Texts.gain(estimate);
    }

    private static String difference(Estimate estimate) {
        if (estimate.value() == null) {
            return gain(estimate);
        }
        return String.format(
                Locale.ROOT,
                "%+.4g (%+.4g to %+.4g) of reward per request",
                estimate.value(),
                estimate.low(),
                estimate.high());
    }

    private static String verdict(PairedEstimates pair, String one, String other) {
        Double low = pair.difference().low();
        Double high = pair.difference().high();
        if (low == null || high == null) {
            return "they can not be compared by these rows";
        } else if (low > 0) {
            return one + " is better";
        } else if (high < 0) {
            return other + " is better";
        }
        Long rows = pair.rowsNeeded();
        if (rows == null || rows == Long.MAX_VALUE) {
            return "they can not be told apart: on these rows they do not differ";
        }
        return String.format(
                Locale.ROOT,
                "they can not be told apart: a difference of this size would take %,d rows (80 of 100 times)",
                rows);
    }

    private static void add(List<String> lines, String label, String text) {
        lines.add("%-15s%s".formatted(label, text));
    }
}
