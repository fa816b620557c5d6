package org.drlput.common.objective;

/**
 * Mean and deviation of the rewards that are trained on, as the first pass found them: the unit of what an experiment gives in
 * deviations.
 *
 * @param deviation 0 where all rewards are the same
 * @param uniformMean what actions drawn uniformly would have earned: rewards weighed by the inverse of their propensities
 */
public record RewardScale(double mean, double deviation, double uniformMean) {
    /** Of a log whose actions were drawn uniformly. */
    public RewardScale(double mean, double deviation) {
        this(mean, deviation, mean);
    }

    /** The deviation, or 1 where it is 0: to divide by. */
    public double unit() {
        return deviation > 0 ? deviation : 1;
    }
}
