package org.drlput.common.objective;

import org.drlput.common.experiment.Experiment;

/** What is taken off the reward, so that the gradient varies less. */
public final class Baselines {
    private Baselines() {}

    /**
     * The baseline of a step.
     *
     * @param rows valid rows of the steps applied so far
     * @param rewardSum the sum of their rewards
     * @param firstPassMean the mean reward of the first pass, used before any step
     */
    public static double value(Experiment.Baseline baseline, long rows, double rewardSum, double firstPassMean) {
        return switch (baseline) {
            case NONE -> 0;
            case RUNNING_MEAN -> rows == 0 ? firstPassMean : rewardSum / rows;
        };
    }
}
