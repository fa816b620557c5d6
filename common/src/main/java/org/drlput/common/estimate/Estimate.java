package org.drlput.common.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One off-policy estimate with what it takes to believe it. {@code value}, {@code low}, {@code high} (a 95 % interval) are
 * null where the configured floors say that there is no estimate.
 *
 * @param effectiveSampleSize (Σρ)² / Σρ²
 * @param matchedRows rows with ρ &gt; 0
 * @param rewardedRows those of them whose reward is not 0
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
        boolean believable) {}
