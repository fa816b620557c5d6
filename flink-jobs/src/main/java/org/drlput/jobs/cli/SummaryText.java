package org.drlput.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.experiment.Experiment.EstimatorName;
import org.drlput.jobs.report.Summary;
import org.jspecify.annotations.Nullable;

/** A summary in a few lines, for the end of a command. */
final class SummaryText {
    private SummaryText() {}

    /** @param overManual gain over the manual setting, by the headline estimator */
    static List<String> lines(Summary summary, @Nullable Estimate overManual) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        add(lines, "version", what(summary));
        add(lines, "Relative Gain", gain(summary.relativeGain(), "exploration traffic"));
        if (overManual != null) {
            add(lines, "", gain(overManual, "the manual setting"));
        }
        Summary.TruthSummary truth = summary.truth();
        if (truth != null) {
            add(
                    lines,
                    "truth",
                    String.format(
                            Locale.ROOT,
                            "%s; %.1f %% of the gap between best single action and oracle closed",
                            Texts.gain(truth.relativeGain()),
                            100 * truth.gapClosed()));
        }
        Double diversity = summary.diversity();
        add(
                lines,
                "Diversity",
                diversity == null
                        ? "none: no row to judge by"
                        : String.format(Locale.ROOT, "%.3f", diversity)
                                + (truth == null
                                        ? ""
                                        : String.format(Locale.ROOT, "; the oracle's %.3f", truth.oracleDiversity())));
        add(lines, "weights", "sha256 " + summary.weightsSha256());
        if (summary.gate() != null) {
            Long asked = summary.gate().version();
            lines.addAll(GateText.lines(asked == null ? summary.version() : asked, summary.gate()));
        }
        return lines;
    }

    /** {@code +24.9 % (+20.7 to +29.1) over exploration traffic, SNIPS on 812 matched rows}, or why there is none. */
    private static String gain(@Nullable Estimate estimate, String over) {
        if (estimate == null) {
            return "none: no version could be evaluated";
        }
        if (estimate.value() == null) {
            String reason = estimate.reason() == null ? "too few matched rows" : estimate.reason();
            return "no estimate over %s: %s".formatted(over, reason);
        }
        return String.format(
                Locale.ROOT,
                "%s over %s, %s on %,d matched rows",
                Texts.gain(estimate),
                over,
                EstimatorName.label(estimate.estimator()),
                estimate.matchedRows());
    }

    private static void add(List<String> lines, String label, String text) {
        lines.add("%-15s%s".formatted(label, text));
    }

    private static String what(Summary summary) {
        if (summary.command().equals("evaluate")) {
            return String.format(
                    Locale.ROOT,
                    "%d, judged on %,d rows in %s",
                    summary.version(),
                    summary.rowsHeldOut(),
                    Texts.duration(summary.seconds()));
        }
        return String.format(
                Locale.ROOT,
                "%d: %,d steps, %,d rows trained in %s (%,d rows/s), parallelism %d, shards %d",
                summary.version(),
                summary.steps(),
                summary.rowsTrained(),
                Texts.duration(summary.seconds()),
                summary.rowsPerSecond(),
                summary.parallelism(),
                summary.shards());
    }
}
