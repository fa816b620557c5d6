package org.drlput.bench.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;

/**
 * {@code gapClosed} against rows, from the lines of {@link Learn}: a table on the standard output and a picture. Of several seeds the
 * mean, and the least and the greatest as a band. See {@code bench/learn-curve}.
 */
public final class LearningCurve {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 56;
    private static final int RIGHT = 168;
    private static final int TOP = 20;
    private static final int BOTTOM = 48;
    private static final double LOW = -0.2;
    private static final List<String> COLOURS = List.of("#1f5fbf", "#c05a1a", "#3d8b40", "#777777", "#8a3fa0");

    /** Of each learner, in the order of the lines: rows to what its seeds came to. */
    private final Map<String, TreeMap<Long, List<Double>>> learners;

    private LearningCurve(Map<String, TreeMap<Long, List<Double>>> learners) {
        this.learners = learners;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("expected LINES.jsonl PICTURE.svg: see the head of bench/learn-curve");
        }
        LearningCurve curve = read(Files.readAllLines(Path.of(arguments[0])));
        System.out.print(curve.table());
        Files.writeString(Path.of(arguments[1]), curve.svg());
    }

    private static LearningCurve read(List<String> lines) throws IOException {
        Map<String, TreeMap<Long, List<Double>>> learners = new LinkedHashMap<>();
        ObjectMapper json = new ObjectMapper();
        for (String line : lines) {
            JsonNode node = json.readTree(line);
            String name = node.path("name").asText();
            if (name.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s: has no name; give bench/learn NAME: before a setting".formatted(line));
            }
            TreeMap<Long, List<Double>> learner = learners.computeIfAbsent(name, any -> new TreeMap<>());
            if (!node.path("gapClosed").isNull()) {
                learner.computeIfAbsent(node.get("rows").asLong(), any -> new ArrayList<>())
                        .add(node.get("gapClosed").asDouble());
            }
        }
        learners.values().removeIf(TreeMap::isEmpty);
        return new LearningCurve(learners);
    }

    private TreeSet<Long> rows() {
        TreeSet<Long> rows = new TreeSet<>();
        learners.values().forEach(learner -> rows.addAll(learner.keySet()));
        return rows;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double over(List<Double> values, DoubleBinaryOperator which) {
        return values.stream().mapToDouble(Double::doubleValue).reduce(which).orElseThrow();
    }

    private String table() {
        StringBuilder table = new StringBuilder("| rows | seeds |");
        learners.keySet().forEach(name -> table.append(' ').append(name).append(" |"));
        table.append("\n|---|---|").append("---|".repeat(learners.size())).append('\n');
        for (long rows : rows()) {
            int seeds = learners.values().stream()
                    .mapToInt(learner -> learner.getOrDefault(rows, List.of()).size())
                    .max()
                    .orElse(0);
            table.append(String.format(Locale.ROOT, "| %,d | %d |", rows, seeds));
            for (TreeMap<Long, List<Double>> learner : learners.values()) {
                table.append(' ')
                        .append(cell(learner.getOrDefault(rows, List.of())))
                        .append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private static String cell(List<Double> values) {
        if (values.isEmpty()) {
            return "";
        }
        String mean = String.format(Locale.ROOT, "%.3f", mean(values));
        return values.size() == 1
                ? mean
                : String.format(
                        Locale.ROOT, "%s (%.3f to %.3f)", mean, over(values, Math::min), over(values, Math::max));
    }

    private double x(long rows) {
        double first = Math.log(rows().first());
        double last = Math.log(rows().last());
        return LEFT + (WIDTH - LEFT - RIGHT) * (Math.log(rows) - first) / Math.max(1e-9, last - first);
    }

    private static double y(double gap) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (Math.max(LOW, gap) - LOW) / (1 - LOW));
    }

    private String svg() {
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                        + "font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<title>Share of the gap closed, by rows of the log</title>%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
                WIDTH,
                HEIGHT,
                WIDTH,
                HEIGHT));
        for (double gap : new double[] {-0.2, 0, 0.2, 0.4, 0.6, 0.8, 1}) {
            line(svg, LEFT, y(gap), WIDTH - RIGHT, y(gap), gap == 0 ? "#999999" : "#e4e4e4");
            text(svg, LEFT - 8, y(gap) + 4, "end", "#444444", String.format(Locale.ROOT, "%.1f", gap));
        }
        for (long rows : rows()) {
            line(svg, x(rows), TOP, x(rows), HEIGHT - BOTTOM, "#f0f0f0");
            text(svg, x(rows), HEIGHT - BOTTOM + 18, "middle", "#444444", shortText(rows));
        }
        double middle = (LEFT + WIDTH - RIGHT) / 2.0;
        text(svg, middle, HEIGHT - 10, "middle", "#444444", "rows of the log");
        labels(svg);
        int colour = 0;
        for (TreeMap<Long, List<Double>> learner : learners.values()) {
            learner(svg, learner, COLOURS.get(colour++ % COLOURS.size()));
        }
        return svg.append("</svg>\n").toString();
    }

    private void learner(StringBuilder svg, TreeMap<Long, List<Double>> learner, String colour) {
        StringBuilder line = new StringBuilder();
        StringBuilder band = new StringBuilder();
        learner.forEach((rows, values) -> {
            point(line, rows, mean(values));
            point(band, rows, over(values, Math::max));
        });
        learner.descendingMap().forEach((rows, values) -> point(band, rows, over(values, Math::min)));
        svg.append("<polygon points=\"%s\" fill=\"%s\" opacity=\"0.15\"/>\n".formatted(band, colour));
        svg.append(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n".formatted(line, colour));
    }

    private void point(StringBuilder points, long rows, double gap) {
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(rows), y(gap)));
    }

    /** Names stand where their lines end, one below the other where these are close. */
    private void labels(StringBuilder svg) {
        TreeMap<Double, String> byHeight = new TreeMap<>();
        Map<String, String> colours = new HashMap<>();
        int colour = 0;
        for (Map.Entry<String, TreeMap<Long, List<Double>>> learner : learners.entrySet()) {
            double at =
                    y(mean(learner.getValue().getOrDefault(learner.getValue().lastKey(), List.of(0.0))));
            while (byHeight.containsKey(at)) {
                at += 0.1;
            }
            byHeight.put(at, learner.getKey());
            colours.put(learner.getKey(), COLOURS.get(colour++ % COLOURS.size()));
        }
        double last = Double.NEGATIVE_INFINITY;
        for (Map.Entry<Double, String> name : byHeight.entrySet()) {
            double at = Math.max(name.getKey() + 4, last + 16);
            text(
                    svg,
                    WIDTH - RIGHT + 8,
                    at,
                    "start",
                    colours.getOrDefault(name.getValue(), "#000000"),
                    name.getValue());
            last = at;
        }
    }

    private static String shortText(long rows) {
        return rows % 1_000_000 == 0 ? rows / 1_000_000 + " M" : rows % 1000 == 0 ? rows / 1000 + " k" : "" + rows;
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                x1,
                y1,
                x2,
                y2,
                colour));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String colour, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                colour,
                text));
    }
}
