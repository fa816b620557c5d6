package org.drlput.jobs.report;

import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.drlput.common.estimate.Estimate;

/** Intervals of several estimates on one scale, to stand in a table's cells. */
final class Forest {
    private static final int WIDTH = 220;
    private static final int HEIGHT = 22;
    private static final int PAD = 6;
    /** Intervals beyond these say nothing more by being longer. */
    private static final double LEAST = -1.5;

    private static final double MOST = 3;

    private final Axis axis;

    /** @param truths values that are marked beside the estimates; NaN: none */
    Forest(List<Estimate> estimates, double... truths) {
        double[] ends = DoubleStream.concat(
                        estimates.stream()
                                .map(Interval::of)
                                .filter(Objects::nonNull)
                                .flatMapToDouble(i -> DoubleStream.of(i.low(), i.high())),
                        DoubleStream.concat(
                                DoubleStream.of(0), DoubleStream.of(truths).filter(Double::isFinite)))
                .map(v -> Math.max(LEAST, Math.min(MOST, v)))
                .toArray();
        double min = DoubleStream.of(ends).min().orElse(0);
        double max = DoubleStream.of(ends).max().orElse(1);
        axis = max - min < 1e-9 ? new Axis(min - 1, max + 1, List.of()) : new Axis(min, max, List.of());
    }

    private double x(double value) {
        return Math.max(0, Math.min(WIDTH, axis.place(value, PAD, WIDTH - (double) PAD)));
    }

    /** One estimate's interval and value, zero's place, and the truth's if it is finite. */
    String cell(Estimate estimate, double truth) {
        double middle = HEIGHT / 2.0;
        Interval interval = Interval.of(estimate);
        String label = interval == null ? "no estimate" : Interval.value(estimate) + ", " + interval;
        Svg svg = new Svg(WIDTH, HEIGHT, "forest", label);
        svg.line(x(0), 0, x(0), HEIGHT, "zero");
        if (interval != null) {
            svg.line(x(interval.low()), middle, x(interval.high()), middle, "whisker");
            svg.circle(x(interval.value()), middle, 4, "dot learned", label);
        }
        if (Double.isFinite(truth)) {
            svg.diamond(x(truth), middle, 5, "mark truth", "truth: " + Numbers.gain(truth));
        }
        return svg.toString();
    }
}
