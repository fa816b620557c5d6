package org.drlput.jobs.report;

import org.drlput.common.estimate.Estimate;
import org.jspecify.annotations.Nullable;

/** A gain that was estimated, with its 95 % interval: there is no value without one. */
record Interval(double value, double low, double high) {
    /** Null where there is no estimate. */
    static @Nullable Interval of(@Nullable Estimate estimate) {
        if (estimate == null) {
            return null;
        }
        Double value = estimate.value();
        Double low = estimate.low();
        Double high = estimate.high();
        return value == null || low == null || high == null ? null : new Interval(value, low, high);
    }

    /** Another interval of the same estimate, by its key; null where there is none. */
    static @Nullable Interval of(Estimate estimate, String kind) {
        Double value = estimate.value();
        org.drlput.common.estimate.Interval other = estimate.intervals().get(kind);
        return value == null || other == null ? null : new Interval(value, other.low(), other.high());
    }

    boolean holds(double truth) {
        return truth >= low && truth <= high;
    }

    /** {@code +31.2 %}. */
    static String value(@Nullable Estimate estimate) {
        Interval interval = of(estimate);
        return interval == null ? "no estimate" : Numbers.gain(interval.value);
    }

    /** {@code -1.2 % to +4.0 %}. */
    @Override
    public String toString() {
        return Numbers.gain(low) + " to " + Numbers.gain(high);
    }
}
