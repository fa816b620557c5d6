package org.drlput.jobs.firstpass;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.LogInputs;
import org.drlput.common.log.LogReader;
import org.drlput.common.log.LogSchema;
import org.drlput.common.log.RejectedRow;

/** A dry run of the first pass, for {@code validate --logs}: reads everything, writes nothing. */
public final class LogAudit {
    private LogAudit() {}

    /**
     * @param rows all rows
     * @param usable whether a first pass would accept the logs
     * @param lines what was found, ready to be printed
     */
    public record Report(
            long rows,
            long trainedRows,
            long heldOutRows,
            Map<String, Long> rejected,
            List<Long> actionCounts,
            List<String> warnings,
            boolean usable,
            List<String> lines) {}

    /** @throws org.drlput.common.log.LogException where columns are missing or wrong, or a file is broken */
    public static Report of(Experiment experiment, List<Path> logs, FirstPass.Progress progress) {
        LogSchema schema = LogSchema.explorationLog(experiment);
        BlockBuilder builder = new BlockBuilder(experiment, schema);
        Audit audit = new Audit(experiment);
        int files;
        try (LogReader reader = LogReader.open(schema, LogInputs.list(logs))) {
            while (reader.fill(builder)) {
                Block block = builder.block();
                audit.add(block, builder);
                progress.rows(audit.rows(), reader.bytesRead(), reader.totalBytes());
            }
            files = reader.inputsRead().size();
        }
        boolean usable = audit.trainedRows() > 0
                && audit.rejectedRows() <= experiment.log().maxRejectedShare() * audit.rows();
        List<String> warnings = audit.warnings();
        return new Report(
                audit.rows(),
                audit.trainedRows(),
                audit.heldOutRows(),
                audit.rejected(),
                audit.actionCounts(),
                warnings,
                usable,
                lines(experiment, schema, audit, files, warnings, usable));
    }

    private static List<String> lines(
            Experiment experiment, LogSchema schema, Audit audit, int files, List<String> warnings, boolean usable) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "files      %d, all with the %d columns that the experiment reads",
                files,
                schema.columnNames().size()));
        lines.add(String.format(
                Locale.ROOT,
                "rows       %,d: %,d train, %,d held out, %,d bad (%.3g %% of at most %.3g %%)",
                audit.rows(),
                audit.trainedRows(),
                audit.heldOutRows(),
                audit.rejectedRows(),
                audit.rows() == 0 ? 0 : 100.0 * audit.rejectedRows() / audit.rows(),
                100 * experiment.log().maxRejectedShare()));
        if (audit.rejectedRows() > 0) {
            lines.add("bad rows   " + FirstPass.causes(audit));
            for (RejectedRow example : audit.examples()) {
                lines.add("           " + example);
            }
        }
        addStatistics(experiment, audit, lines);
        warnings.forEach(warning -> lines.add("warning    " + warning));
        lines.add(usable ? "verdict    these logs can be trained on" : "verdict    these logs would be refused");
        return lines;
    }

    private static void addStatistics(Experiment experiment, Audit audit, List<String> lines) {
        lines.add(String.format(Locale.ROOT, "time       %s to %s", audit.firstEventTime(), audit.lastEventTime()));
        lines.add(String.format(
                Locale.ROOT,
                "propensity %.6g to %.6g, behaviour declared %s, mean of 1 / (K propensity) %.4f",
                audit.minPropensity(),
                audit.maxPropensity(),
                experiment.actions().behaviour().toString().toLowerCase(Locale.ROOT),
                audit.meanInversePropensityOverActions()));
        lines.add(support(audit.actionCounts()));
        lines.add(String.format(
                Locale.ROOT,
                "reward     %s: mean %.6g, deviation %.6g",
                experiment.reward().active(),
                audit.reward().mean(),
                audit.reward().deviation()));
        audit.numeric()
                .forEach((name, s) -> lines.add(String.format(
                        Locale.ROOT,
                        "feature    %s: mean %.6g, deviation %.6g, from %.6g to %.6g, %,d missing",
                        name,
                        s.mean(),
                        s.deviation(),
                        s.min(),
                        s.max(),
                        s.missing())));
    }

    private static String support(List<Long> counts) {
        long least = Long.MAX_VALUE;
        long most = 0;
        int unseen = 0;
        for (long count : counts) {
            least = Math.min(least, count);
            most = Math.max(most, count);
            unseen += count == 0 ? 1 : 0;
        }
        return String.format(
                Locale.ROOT,
                "actions    %d: each logged %,d to %,d times, %d never",
                counts.size(),
                least,
                most,
                unseen);
    }
}
