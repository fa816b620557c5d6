package org.drlput.common.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One off-policy estimate with what it takes to believe it. {@code value}, {@code low}, {@code high} (a 95 % interval) are
 * null where there is no estimate: no number without its interval, and none from too few rows. Of an estimate that compares two
 * policies, what it takes is the worse of the two.
 *
 * @param effectiveSampleSize (Σρ)² / Σρ²
 * @param matchedRows rows with ρ &gt; 0
 * @param rewardedRows those of them whose reward is not 0
 * @param largestWeight the greatest ρ
 * @param reason why there is no estimate; null where there is one
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
        boolean believable,
        @Nullable String reason) {

    /** No estimate at all. */
    static Estimate none(String reason) {
        return new Estimate("none", null, null, null, 0, 0, 0, 0, false, reason);
    }

    /** Without a reason. */
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
                believable,
                null);
    }
}
