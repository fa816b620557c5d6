package org.drlput.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.common.estimate.Estimate;
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
        Estimate gain = summary.relativeGain();
        String by = gain == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %s on %,d matched rows",
                        gain.estimator().toUpperCase(Locale.ROOT),
                        gain.matchedRows());
        add(lines, "Relative Gain", Texts.gain(gain) + " over exploration traffic" + by);
        if (overManual != null) {
            add(lines, "", Texts.gain(overManual) + " over the manual setting");
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
        return lines;
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
