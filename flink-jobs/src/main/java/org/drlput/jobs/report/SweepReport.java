package org.drlput.jobs.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.drlput.common.estimate.Estimate;
import org.drlput.jobs.report.LineChart.Reference;
import org.drlput.jobs.report.LineChart.Series;
import org.drlput.jobs.report.Sweep.Point;

/** The discretization sweep as a page: how fine a grid so many rows can bear. */
public final class SweepReport {
    public static final String NAME = "sweep.html";

    private final Html html;
    private final Sweep sweep;
    /** Numbers of groups, ascending: the charts' places. */
    private final List<Integer> groups;

    private SweepReport(Html html, Sweep sweep) {
        this.html = html;
        this.sweep = sweep;
        groups = sweep.points().stream().map(Point::groups).distinct().sorted().toList();
    }

    /** Writes {@code sweep.html} into the directory, and returns its path. */
    public static Path write(Path directory, Sweep sweep) throws IOException {
        return Page.write(directory, NAME, page(sweep));
    }

    static String page(Sweep sweep) {
        Html html = Page.open("Discretization sweep", List.of());
        new SweepReport(html, sweep).body();
        return Page.close(html, "Made by drlput sweep.");
    }

    private void body() {
        Point best = sweep.best();
        html.raw("<header class=\"hero\">");
        html.open("p", "eyebrow")
                .text("discretization sweep")
                .raw("<span class=\"sep\"></span>")
                .text(Numbers.count(sweep.rows()) + " rows for each grid")
                .close("p");
        html.element("h1", "", "%s rows bear %d actions".formatted(Numbers.count(sweep.rows()), best.actions()));
        html.element(
                "p",
                "lead",
                ("%d levels in %d groups earn most, %s per request: %s below the optimum of hyperparameters that may take any"
                                + " value. A coarser grid has no better action to offer, a finer one too few rows for each.")
                        .formatted(
                                best.levels(),
                                best.groups(),
                                Numbers.significant(best.value(), 4),
                                Numbers.percent(best.regret() / sweep.optimum())));
        html.raw("</header><section>").element("h2", "", "True reward by size of the grid");
        chart();
        html.raw("</section><section>").element("h2", "", "What the hold-out can tell");
        evidence();
        html.raw("</section><section>").element("h2", "", "The numbers");
        table();
        html.raw("</section>");
    }

    private List<Integer> levels() {
        return sweep.points().stream().map(Point::levels).distinct().sorted().toList();
    }

    private Series series(String name, String cssClass, int levels, ToDoubleFunction<Point> y) {
        List<LineChart.Point> points = new ArrayList<>();
        sweep.points().stream()
                .filter(p -> p.levels() == levels)
                .sorted(java.util.Comparator.comparingInt(Point::groups))
                .forEach(p -> points.add(new LineChart.Point(
                        groups.indexOf(p.groups()),
                        y.applyAsDouble(p),
                        "%d levels, %d groups, %d actions: %s"
                                .formatted(
                                        p.levels(),
                                        p.groups(),
                                        p.actions(),
                                        Numbers.significant(y.applyAsDouble(p), 4)))));
        return new Series(name, cssClass, points);
    }

    private String place(double x) {
        int i = (int) Math.round(x);
        return Math.abs(x - i) > 1e-6 || i < 0 || i >= groups.size()
                ? ""
                : Numbers.count((long) groups.get(i) * groups.get(i) * groups.get(i));
    }

    private void chart() {
        List<Series> series = new ArrayList<>();
        List<Integer> levels = levels();
        for (int m : levels) {
            boolean most = m == sweep.best().levels();
            series.add(series(m + " levels", most ? "learned" : "plain", m, Point::value));
        }
        series.add(series("best of grid", "truth", sweep.best().levels(), Point::gridOptimum));
        Figure.open(
                html,
                "",
                "Learned policies by the number of actions; the best choice of each grid; dashed: the optimum without a grid, and"
                        + " the manual setting.");
        Figure.draw(
                html,
                new LineChart(
                        "True reward per request by number of actions",
                        "actions",
                        this::place,
                        y -> Numbers.significant(y, 3),
                        series,
                        List.of(),
                        List.of(
                                new Reference("optimum", "truth", sweep.optimum()),
                                new Reference("manual", "plain", sweep.manual())),
                        false,
                        90));
        Figure.close(html);
    }

    private void evidence() {
        List<Series> series = new ArrayList<>();
        for (int m : levels()) {
            series.add(series(
                    m + " levels",
                    m == sweep.best().levels() ? "learned" : "plain",
                    m,
                    p -> p.relativeGain() == null
                            ? Double.NaN
                            : p.relativeGain().effectiveSampleSize()));
        }
        Figure.open(
                html,
                "",
                "Effective sample size of the estimate: with K uniform actions one held-out row in K has the policy's action.");
        Figure.draw(
                html,
                new LineChart(
                        "Effective sample size by number of actions",
                        "actions",
                        this::place,
                        Numbers::compact,
                        series,
                        List.of(),
                        List.of(),
                        true,
                        90));
        Figure.close(html);
    }

    private void table() {
        List<List<String>> rows = new ArrayList<>();
        for (Point p : sweep.points()) {
            Estimate gain = p.relativeGain();
            Interval interval = Interval.of(gain);
            rows.add(List.of(
                    "%d levels, %d groups".formatted(p.levels(), p.groups()),
                    Numbers.count(p.actions()),
                    Numbers.significant(p.value(), 4),
                    String.format(Locale.ROOT, "%.4f ± %.4f", p.regret(), 1.96 * p.standardError()),
                    Numbers.significant(p.gridOptimum(), 4),
                    gain == null ? "none" : Numbers.significant(gain.effectiveSampleSize(), 4),
                    interval == null ? "no estimate" : Numbers.gain(interval.value()) + " (" + interval + ")",
                    p.diversity() == null ? "none" : Numbers.percent(p.diversity())));
        }
        Table.write(
                html,
                "",
                List.of(
                        "Grid",
                        "actions",
                        "true value",
                        "regret",
                        "best of grid",
                        "effective sample",
                        "estimated gain",
                        "Diversity"),
                rows);
        html.element(
                "p",
                "note spaced",
                "Optimum without a grid %s, manual setting %s; true values on %s states."
                        .formatted(
                                Numbers.significant(sweep.optimum(), 4),
                                Numbers.significant(sweep.manual(), 4),
                                Numbers.count(sweep.states())));
    }
}
