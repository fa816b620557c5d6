package org.drlput.common.estimate;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A quantity that is to be estimated, with what speaks for and against it.
 *
 * @param doubt why it can not be believed; null where it can
 */
record Claim(
        String name,
        Quantity quantity,
        Evidence evidence,
        @Nullable String doubt) {
    /** ln(4 / δ) of two sides, δ = 5 %. */
    private static final double LOG = Math.log(4 / 0.05);

    Estimate on(LoggedRows rows) {
        Linearized found = quantity.of(rows.moments());
        double halfWidth = Linearized.Z95 * found.standardError(rows.moments());
        String reason = rows.count() < 2 ? "%d rows have no interval".formatted(rows.count()) : doubt;
        if (reason == null && !Double.isFinite(found.value() + halfWidth)) {
            reason = "the estimate is not finite";
        }
        boolean believable = reason == null;
        return new Estimate(
                name,
                believable ? (Double) found.value() : null,
                believable ? (Double) (found.value() - halfWidth) : null,
                believable ? (Double) (found.value() + halfWidth) : null,
                evidence.effectiveSampleSize(),
                evidence.matchedRows(),
                evidence.rewardedRows(),
                evidence.largestWeight(),
                evidence.unsupportedShare(),
                believable,
                reason,
                believable ? others(rows, found) : Map.of());
    }

    private Map<String, Interval> others(LoggedRows rows, Linearized found) {
        Bootstrap bootstrap = rows.bootstrap();
        if (bootstrap == null) {
            return Map.of();
        }
        Map<String, Interval> intervals = new LinkedHashMap<>();
        Interval resampled = bootstrap.interval(quantity);
        if (resampled != null) {
            intervals.put(Estimate.BOOTSTRAP, resampled);
        }
        intervals.put(Estimate.EMPIRICAL_BERNSTEIN, bernstein(rows.moments(), found));
        return intervals;
    }

    /**
     * {@code √(2 s² ln(4/δ) / n) + 7 R ln(4/δ) / (3 (n - 1))} to each side, with the variance s² and the range R of the rows' influences.
     * It asks no normality. R is a bound from the rows seen, where the theorem wants one known beforehand; for ratios it holds to
     * first order.
     *
     * <p>Source: Maurer and Pontil 2009, Empirical Bernstein bounds, arXiv 0907.3740, theorem 4, on both sides.
     */
    private static Interval bernstein(RowMoments moments, Linearized found) {
        double n = moments.count();
        double halfWidth = Math.sqrt(2 * moments.variance(found.gradient()) * LOG / n)
                + 7 * moments.range(found.gradient()) * LOG / (3 * (n - 1));
        return new Interval(found.value() - halfWidth, found.value() + halfWidth);
    }
}
