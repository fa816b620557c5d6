package org.drlput.examples.adserver;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.simulate.LiveMarket;

/**
 * How the loop is run.
 *
 * @param launcher {@code drlput}
 * @param out a directory that is not there yet
 * @param visits of a day
 * @param learningDays that explore {@code learningShare} of the visits
 * @param servingDays after them, that explore {@code servingShare}
 */
record LoopSettings(
        Path launcher,
        Path experiment,
        Path out,
        long visits,
        long seed,
        int learningDays,
        double learningShare,
        int servingDays,
        double servingShare) {

    static final String USAGE = """
            options: --out DIR             what is left behind; default: ad-server-loop
                     --visits N            visits of a simulated day; default: %d, the market's
                     --seed N              of the market; default: 7
                     --learning-days N     days that explore much; default: 4
                     --learning-share P    share of visits that explores in them; default: 0.25
                     --serving-days N      days after them, at least 1; default: 2
                     --serving-share P     share of visits that explores then; default: 0.05
            """.formatted(LiveMarket.visitsPerDay());

    LoopSettings {
        List<String> problems = new ArrayList<>();
        if (visits < 1 || visits > LiveMarket.visitsPerDay()) {
            problems.add("--visits: found %d, expected 1 to %d".formatted(visits, LiveMarket.visitsPerDay()));
        }
        if (learningDays < 1 || servingDays < 1) {
            problems.add("--learning-days and --serving-days: found %d and %d, expected at least 1 each"
                    .formatted(learningDays, servingDays));
        }
        if (!(learningShare > 0 && learningShare <= 1) || !(servingShare >= 0 && servingShare <= 1)) {
            problems.add("--learning-share and --serving-share: found %s and %s, expected shares of 1"
                    .formatted(learningShare, servingShare));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** @throws IllegalArgumentException with what is wrong with them */
    static LoopSettings parse(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!USAGE.contains(arguments[i] + " ")
                            && !List.of("--launcher", "--experiment").contains(arguments[i])
                    || i + 1 == arguments.length) {
                throw new IllegalArgumentException("%s: is no option, or has no value".formatted(arguments[i]));
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        Options given = new Options(options);
        return new LoopSettings(
                Path.of(given.text("--launcher", "drlput")),
                Path.of(given.text("--experiment", "experiment.yaml")),
                Path.of(given.text("--out", "ad-server-loop")),
                (long) given.number("--visits", LiveMarket.visitsPerDay()),
                (long) given.number("--seed", 7),
                (int) given.number("--learning-days", 4),
                given.number("--learning-share", 0.25),
                (int) given.number("--serving-days", 2),
                given.number("--serving-share", 0.05));
    }

    private record Options(Map<String, String> byName) {
        String text(String name, String otherwise) {
            return byName.getOrDefault(name, otherwise);
        }

        double number(String name, double otherwise) {
            String text = byName.get(name);
            try {
                return text == null ? otherwise : Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("%s: found '%s', expected a number".formatted(name, text), e);
            }
        }
    }
}
