package org.drlput.bench.planted;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What became of versions, by what was done to them. */
final class Tally {
    /** What a version truly is, told by its distance from the threshold in standard errors of the estimate. */
    enum Truth {
        /** Unreadable, or below some threshold by three. */
        BAD,
        BETWEEN,
        /** Above all of them by three. */
        GOOD
    }

    private final Map<Kind, int[][]> counts = new EnumMap<>(Kind.class);

    void add(Kind kind, Truth truth, boolean promoted) {
        counts.computeIfAbsent(kind, k -> new int[Truth.values().length][2])[truth.ordinal()][promoted ? 1 : 0]++;
    }

    /** A table in Markdown. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("| planted | bad: promoted | between: promoted | good: promoted |");
        lines.add("|---|---:|---:|---:|");
        int[][] all = new int[Truth.values().length][2];
        counts.forEach((kind, of) -> {
            lines.add(line(kind.words(), of));
            for (int t = 0; t < all.length; t++) {
                all[t][0] += of[t][0];
                all[t][1] += of[t][1];
            }
        });
        lines.add(line("all", all));
        return lines;
    }

    private static String line(String name, int[][] of) {
        StringBuilder line = new StringBuilder("| " + name);
        for (int[] truth : of) {
            int versions = truth[0] + truth[1];
            line.append(versions == 0 ? " | " : String.format(Locale.ROOT, " | %d of %d", truth[1], versions));
        }
        return line + " |";
    }
}
