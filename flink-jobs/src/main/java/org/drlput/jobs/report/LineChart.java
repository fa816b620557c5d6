package org.drlput.jobs.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Curves over one x axis, with an interval's band and horizontal reference lines that are named at the right edge.
 *
 * @param label what is shown, for those who can not see it
 * @param xSpacing least pixels between two ticks of the x axis
 */
record LineChart(
        String label,
        String xTitle,
        DoubleFunction<String> xText,
        DoubleFunction<String> yText,
        List<Series> series,
        List<BandPoint> band,
        List<Reference> references,
        boolean fromZero,
        int xSpacing) {
    static final int X_SPACING = 50;

    private static final double LABEL_HEIGHT = 14;
    private static final int MAX_DOTS = 60;

    /** A curve; a point whose y is NaN interrupts it. Named at its end if {@code name} is not empty. */
    record Series(String name, String cssClass, List<Point> points) {}

    record Point(double x, double y, String tip) {}

    record BandPoint(double x, double low, double high) {}

    record Reference(String name, String cssClass, double y) {}

    private record EdgeLabel(double y, String text, String cssClass) {}

    String draw(Frame frame) {
        Axis x = xAxis(frame);
        Axis y = yAxis();
        Svg svg = new Svg(frame.width(), frame.height(), "chart " + frame.cssClass(), label);
        grid(svg, frame, x, y);
        band(svg, frame, x, y);
        for (Reference reference : references) {
            double at = y.place(reference.y(), frame.y0(), frame.y1());
            svg.line(frame.x0(), at, frame.x1(), at, "reference " + reference.cssClass());
        }
        for (Series one : series) {
            curve(svg, frame, x, y, one);
        }
        edgeLabels(svg, frame, y);
        return svg.toString();
    }

    private Stream<Point> points() {
        return series.stream().flatMap(s -> s.points().stream()).filter(p -> !Double.isNaN(p.y()));
    }

    private Axis xAxis(Frame frame) {
        double min = points().mapToDouble(Point::x).min().orElse(0);
        double max = points().mapToDouble(Point::x).max().orElse(1);
        return Axis.tight(min, max, (int) (frame.x1() - frame.x0()) / xSpacing);
    }

    private Axis yAxis() {
        double[] values = Stream.of(
                        points().mapToDouble(Point::y),
                        band.stream().flatMapToDouble(b -> DoubleStream.of(b.low(), b.high())),
                        references.stream().mapToDouble(Reference::y),
                        fromZero ? DoubleStream.of(0) : DoubleStream.empty())
                .flatMapToDouble(s -> s)
                .toArray();
        return Axis.of(
                DoubleStream.of(values).min().orElse(0),
                DoubleStream.of(values).max().orElse(1),
                5);
    }

    private void grid(Svg svg, Frame frame, Axis x, Axis y) {
        for (double tick : y.ticks()) {
            double at = y.place(tick, frame.y0(), frame.y1());
            svg.line(frame.x0(), at, frame.x1(), at, Math.abs(tick) < 1e-12 ? "zero" : "grid");
            svg.text(frame.x0() - 8, at + 4, "end", "tick", yText.apply(tick));
        }
        for (double tick : x.ticks()) {
            double at = x.place(tick, frame.x0(), frame.x1());
            svg.line(at, frame.y0(), at, frame.y0() + 4, "grid");
            svg.text(at, frame.y0() + 18, "middle", "tick", xText.apply(tick));
        }
        svg.text((frame.x0() + frame.x1()) / 2, frame.height() - 6.0, "middle", "axis", xTitle);
    }

    private void band(Svg svg, Frame frame, Axis x, Axis y) {
        List<double[]> outline = new ArrayList<>();
        for (BandPoint p : band) {
            outline.add(
                    new double[] {x.place(p.x(), frame.x0(), frame.x1()), y.place(p.high(), frame.y0(), frame.y1())});
        }
        for (int i = band.size() - 1; i >= 0; i--) {
            BandPoint p = band.get(i);
            outline.add(
                    new double[] {x.place(p.x(), frame.x0(), frame.x1()), y.place(p.low(), frame.y0(), frame.y1())});
        }
        if (band.size() > 1) {
            svg.area(outline, "band");
        } else if (band.size() == 1) {
            svg.line(outline.get(0)[0], outline.get(0)[1], outline.get(1)[0], outline.get(1)[1], "whisker");
        }
    }

    private void curve(Svg svg, Frame frame, Axis x, Axis y, Series one) {
        List<List<double[]>> runs = new ArrayList<>();
        boolean broken = true;
        for (Point p : one.points()) {
            if (Double.isNaN(p.y())) {
                broken = true;
                continue;
            }
            if (broken) {
                runs.add(new ArrayList<>());
                broken = false;
            }
            runs.get(runs.size() - 1)
                    .add(new double[] {x.place(p.x(), frame.x0(), frame.x1()), y.place(p.y(), frame.y0(), frame.y1())});
        }
        svg.path(runs, "curve " + one.cssClass());
        if (one.points().size() <= MAX_DOTS) {
            for (Point p : one.points()) {
                if (!Double.isNaN(p.y())) {
                    svg.circle(
                            x.place(p.x(), frame.x0(), frame.x1()),
                            y.place(p.y(), frame.y0(), frame.y1()),
                            3,
                            "dot " + one.cssClass(),
                            p.tip());
                }
            }
        }
    }

    /** Names of references and curves, from top to bottom, pushed apart where they would cover each other. */
    private void edgeLabels(Svg svg, Frame frame, Axis y) {
        List<EdgeLabel> labels = new ArrayList<>();
        for (Reference reference : references) {
            labels.add(new EdgeLabel(
                    y.place(reference.y(), frame.y0(), frame.y1()), reference.name(), reference.cssClass()));
        }
        for (Series one : series) {
            Point last = one.points().stream()
                    .filter(p -> !Double.isNaN(p.y()))
                    .reduce((a, b) -> b)
                    .orElse(null);
            if (last != null && !one.name().isEmpty()) {
                labels.add(new EdgeLabel(y.place(last.y(), frame.y0(), frame.y1()), one.name(), one.cssClass()));
            }
        }
        labels.sort(Comparator.comparingDouble(EdgeLabel::y));
        double[] at = apart(labels.stream().mapToDouble(EdgeLabel::y).toArray(), frame.y1(), frame.y0());
        for (int i = 0; i < at.length; i++) {
            svg.text(
                    frame.x1() + 7,
                    at[i] + 4,
                    "start",
                    "edge " + labels.get(i).cssClass(),
                    labels.get(i).text());
        }
    }

    /** The same places, in order, at least a label's height apart and within {@code top} to {@code bottom} if they fit. */
    static double[] apart(double[] places, double top, double bottom) {
        double[] at = places.clone();
        for (int i = 1; i < at.length; i++) {
            at[i] = Math.max(at[i], at[i - 1] + LABEL_HEIGHT);
        }
        double limit = bottom;
        for (int i = at.length - 1; i >= 0; i--) {
            at[i] = Math.min(at[i], limit);
            limit = at[i] - LABEL_HEIGHT;
        }
        double floor = top;
        for (int i = 0; i < at.length; i++) {
            at[i] = Math.max(at[i], floor);
            floor = at[i] + LABEL_HEIGHT;
        }
        return at;
    }
}
