package org.drlput.common.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One off-policy estimate with what it takes to believe it. {@code value}, {@code low}, {@code high} (a 95 % interval, normal by the
 * delta method) are null where there is no estimate: no number without its interval, and none from too few rows. Of an estimate that
 * compares two policies, what it takes is the worse of the two.
 *
 * @param effectiveSampleSize (Σρ)² / Σρ²
 * @param matchedRows rows with ρ &gt; 0
 * @param rewardedRows those of them whose reward is not 0
 * @param largestWeight the greatest ρ
 * @param unsupportedShare share of rows whose action of the policy no judged row has logged: nothing was ever seen of it
 * @param reason why there is no estimate; null where there is one
 * @param intervals other 95 % intervals, by {@link #BOOTSTRAP} and {@link #EMPIRICAL_BERNSTEIN}; of the reward on all rows, else
 *     empty
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Estimate(
        String estimator,
        @Nullable Double value,
        @Nullable Double low,
        @Nullable Double high,
        double effectiveSampleSize,
        long matchedRows,
        long rewardedRows,
        double largestWeight,
        double unsupportedShare,
        boolean believable,
        @Nullable String reason,
        Map<String, Interval> intervals) {
    public static final String BOOTSTRAP = "bootstrap";
    public static final String EMPIRICAL_BERNSTEIN = "empiricalBernstein";

    public Estimate {
        // absent in files of before there were any
        intervals = intervals == null ? Map.of() : intervals;
    }

    /** No estimate at all. */
    static Estimate none(String reason) {
        return new Estimate("none", null, null, null, 0, 0, 0, 0, 0, false, reason, Map.of());
    }

    /** Without a reason, other intervals, or rows without support. */
    public Estimate(
            String estimator,
            @Nullable Double value,
            @Nullable Double low,
            @Nullable Double high,
            double effectiveSampleSize,
            long matchedRows,
            long rewardedRows,
            double largestWeight,
            boolean believable) {
        this(
                estimator,
                value,
                low,
                high,
                effectiveSampleSize,
                matchedRows,
                rewardedRows,
                largestWeight,
                0,
                believable,
                null,
                Map.of());
    }
}
