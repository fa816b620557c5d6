package org.drlput.bench.planted;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.drlput.bench.planted.Verdict.Truth;

/** How many versions reached stable, by what was done to them: a table in Markdown. */
final class Tally {
    private Tally() {}

    static List<String> lines(Scene scene, List<Verdict> verdicts) {
        Map<Kind, int[][]> counts = new EnumMap<>(Kind.class);
        int[][] all = new int[Truth.values().length][2];
        for (Verdict verdict : verdicts) {
            if (verdict.scene() == scene) {
                int reached = verdict.reached() ? 1 : 0;
                counts.computeIfAbsent(verdict.planted(), kind -> new int[all.length][2])[
                        verdict.truth().ordinal()][reached]++;
                all[verdict.truth().ordinal()][reached]++;
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add("| %s | bad: reached stable | between | good | no estimate |".formatted(scene.words()));
        lines.add("|---|---:|---:|---:|---:|");
        counts.forEach((kind, of) -> lines.add(line(kind.words(), of)));
        lines.add(line("**all**", all));
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
