package org.drlput.jobs.report;

import java.util.ArrayList;
import java.util.List;

/** A linear scale whose ends and ticks are round numbers. */
record Axis(double min, double max, List<Double> ticks) {
    /** From a little below {@code min} to a little above {@code max}; about {@code wanted} ticks. */
    static Axis of(double min, double max, int wanted) {
        double low = Double.isFinite(min) ? min : 0;
        double high = Double.isFinite(max) ? max : 1;
        if (high - low < 1e-12 * Math.max(1, Math.abs(high))) {
            double pad = high == 0 ? 1 : Math.abs(high) * 0.1;
            low -= pad;
            high += pad;
        }
        double step = step((high - low) / Math.max(1, wanted));
        long first = (long) Math.floor(low / step + 1e-9);
        long last = (long) Math.ceil(high / step - 1e-9);
        List<Double> ticks = new ArrayList<>();
        for (long i = first; i <= last; i++) {
            ticks.add(i * step);
        }
        return new Axis(first * step, last * step, List.copyOf(ticks));
    }

    /** Ends at the data's own ends, so that a curve fills its frame; ticks are within. */
    static Axis tight(double min, double max, int wanted) {
        Axis round = of(min, max, wanted);
        if (max <= min) {
            return round;
        }
        List<Double> within = round.ticks.stream()
                .filter(tick -> tick >= min - 1e-9 && tick <= max + 1e-9)
                .toList();
        return new Axis(min, max, within);
    }

    /** 1, 2, 2.5 or 5 times a power of ten; 2.5 only where it is a whole number. */
    private static double step(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double mantissa = rough / power;
        if (mantissa <= 1) {
            return power;
        }
        if (mantissa <= 2) {
            return 2 * power;
        }
        if (mantissa <= 2.5 && power >= 10) {
            return 2.5 * power;
        }
        return mantissa <= 5 ? 5 * power : 10 * power;
    }

    /** Where a value lies on {@code from} to {@code to} pixels. */
    double place(double value, double from, double to) {
        return from + (value - min) / (max - min) * (to - from);
    }
}
