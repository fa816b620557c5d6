package org.drlput.common.objective;

/**
 * Mean and deviation of the rewards that are trained on, as the first pass found them: the unit of what an experiment gives in
 * deviations.
 *
 * @param deviation 0 where all rewards are the same
 */
public record RewardScale(double mean, double deviation) {
    /** The deviation, or 1 where it is 0: to divide by. */
    public double unit() {
        return deviation > 0 ? deviation : 1;
    }
}
