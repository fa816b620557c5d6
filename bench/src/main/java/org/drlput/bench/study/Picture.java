package org.drlput.bench.study;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** Curves over days as an SVG file that stands by itself, light or dark. */
final class Picture {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 380;
    private static final int LEFT = 56;
    private static final int RIGHT = 230;
    private static final int BOTTOM = 44;
    private static final int TOP = 16;
    private static final int TICKS = 5;
    /** Least pixels between two names at the curves' ends. */
    private static final double NAME_HEIGHT = 17;

    private static final String[] COLOURS = {"#8c8c8c", "#b07d2b", "#7a5fb8", "#2a78c4", "#c2386b", "#2e8b57"};

    private final StringBuilder out = new StringBuilder();
    private final Map<String, double[]> curves;
    private final double least;
    private final double most;

    private Picture(Map<String, double[]> curves) {
        this.curves = curves;
        double low =
                curves.values().stream().flatMapToDouble(Arrays::stream).min().orElse(0);
        double high =
                curves.values().stream().flatMapToDouble(Arrays::stream).max().orElse(1);
        least = low - 0.05 * (high - low);
        most = high + 0.05 * (high - low);
    }

    /** Each curve has one point a day, from day 0 on. */
    static String of(String xTitle, Map<String, double[]> curves) {
        return new Picture(curves).draw(xTitle);
    }

    private double x(int day, int days) {
        return LEFT + (double) day / Math.max(1, days - 1) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (value - least) / (most - least) * (HEIGHT - BOTTOM - TOP);
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private String draw(String xTitle) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"13\">",
                WIDTH, HEIGHT, WIDTH, HEIGHT);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
        int days = curves.values().iterator().next().length;
        for (int tick = 0; tick <= TICKS; tick++) {
            double value = least + (most - least) * tick / TICKS;
            add("<path d=\"M%d %.1fH%d\" stroke=\"#e4e4e4\"/>", LEFT, y(value), WIDTH - RIGHT);
            add(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#555\">%.2f</text>",
                    LEFT - 8, y(value) + 4, value);
        }
        for (int day = 0; day < days; day += 7) {
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%d</text>",
                    x(day, days), HEIGHT - BOTTOM + 18, day);
        }
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#555\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, xTitle);
        curves(days);
        return out.append("</svg>\n").toString();
    }

    private void curves(int days) {
        double[] ends =
                curves.values().stream().mapToDouble(v -> y(v[v.length - 1])).toArray();
        double[] places = apart(ends);
        int curve = 0;
        for (Map.Entry<String, double[]> one : curves.entrySet()) {
            StringBuilder path = new StringBuilder();
            for (int day = 0; day < days; day++) {
                path.append(String.format(
                        Locale.ROOT, "%s%.1f %.1f", day == 0 ? "M" : "L", x(day, days), y(one.getValue()[day])));
            }
            String colour = COLOURS[curve % COLOURS.length];
            add("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", path, colour);
            add(
                    "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s</text>",
                    WIDTH - RIGHT + 8, places[curve] + 4, colour, one.getKey());
            curve++;
        }
    }

    /** The places of names: as near to the curves' ends as they can be without lying over each other. */
    private static double[] apart(double[] ends) {
        Integer[] order = new Integer[ends.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(ends[a], ends[b]));
        double[] places = ends.clone();
        for (int i = 1; i < order.length; i++) {
            places[order[i]] = Math.max(places[order[i]], places[order[i - 1]] + NAME_HEIGHT);
        }
        double over = order.length == 0 ? 0 : places[order[order.length - 1]] - (HEIGHT - BOTTOM);
        for (int i = order.length - 1; i >= 0 && over > 0; i--) {
            double limit = i == order.length - 1 ? HEIGHT - BOTTOM : places[order[i + 1]] - NAME_HEIGHT;
            places[order[i]] = Math.min(places[order[i]], limit);
        }
        return places;
    }
}
