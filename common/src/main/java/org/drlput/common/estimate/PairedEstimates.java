package org.drlput.common.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What one estimator says of two policies on the same rows. Both see the same states, actions and rewards: what they share cancels in
 * the difference, whose interval is narrower than the two values' would make it.
 *
 * @param difference {@code V(first) - V(second)}
 * @param gain {@code (V(first) - V(second)) / |V(second)|}
 * @param rowsNeeded logged rows of which this difference, were it the true one, would be told from 0 in {@value #POWER} of all cases;
 *     null where it is told from 0 already, or there is no estimate
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PairedEstimates(
        PolicyEstimates first,
        PolicyEstimates second,
        Estimate difference,
        Estimate gain,
        @Nullable Long rowsNeeded) {
    static final double POWER = 0.8;
}
