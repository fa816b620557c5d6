package org.drlput.jobs.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.drlput.jobs.chaos.Journal.Fault;
import org.drlput.jobs.chaos.Journal.Run;

/** What chaos prints. */
final class ChaosTable {
    private ChaosTable() {}

    /** One fault. */
    static String line(Fault fault, boolean overlaps) {
        return String.format(
                Locale.ROOT,
                "  step %,6d  %-20s %-34s serves %7s  computes %7s%s",
                fault.step(),
                fault.kind(),
                fault.target(),
                seconds(fault.servesMillis()),
                overlaps ? "next" : seconds(fault.computesMillis()),
                fault.problem().isEmpty() ? "" : "  PROBLEM: " + fault.problem());
    }

    private static String seconds(long millis) {
        return millis < 0 ? "-" : String.format(Locale.ROOT, "%.1f s", millis * 1e-3);
    }

    /** A row for each kind: how often, and the seconds until versions were served and the job got on. */
    static List<String> of(List<Run> runs, List<String> notRun) {
        Map<String, List<Fault>> kinds = new TreeMap<>();
        runs.forEach(run -> run.faults()
                .forEach(fault -> kinds.computeIfAbsent(fault.kind(), k -> new ArrayList<>())
                        .add(fault)));
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("%-20s %6s  %17s  %17s".formatted("", "", "serves again, s", "computes again, s"));
        lines.add("%-20s %6s  %8s %8s  %8s %8s".formatted("fault", "times", "p50", "p99", "p50", "p99"));
        kinds.forEach((kind, faults) -> lines.add("%-20s %6d  %8s %8s  %8s %8s"
                .formatted(
                        kind,
                        faults.size(),
                        quantile(faults.stream().mapToLong(Fault::servesMillis), 0.5),
                        quantile(faults.stream().mapToLong(Fault::servesMillis), 0.99),
                        quantile(faults.stream().mapToLong(Fault::computesMillis), 0.5),
                        quantile(faults.stream().mapToLong(Fault::computesMillis), 0.99))));
        notRun.forEach(kind -> lines.add("%-20s not run: this machine does not permit it".formatted(kind)));
        return lines;
    }

    private static String quantile(LongStream millis, double share) {
        long[] known = millis.filter(m -> m >= 0).sorted().toArray();
        return known.length == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f", known[(int) Math.ceil(share * known.length) - 1] * 1e-3);
    }
}
