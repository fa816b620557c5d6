package org.drlput.server.shard;

import org.drlput.common.experiment.Experiment;

/**
 * What a shard must know of a run's course.
 *
 * @param microBatches V, of every step
 * @param window so many steps, the current one included, may have contributions at a time
 * @param staleness so many steps may be missing in pulled weights
 * @param versionEverySteps a version stands at every multiple of it, and at the last step
 * @param maxRefusedShare of micro-batches, before the run fails
 */
public record RunPlan(
        int microBatches, long totalSteps, int window, int staleness, long versionEverySteps, double maxRefusedShare) {

    public static RunPlan of(Experiment experiment, long totalSteps) {
        Experiment.Training training = experiment.training();
        return new RunPlan(
                training.microBatches(),
                totalSteps,
                training.window(),
                training.staleness(),
                experiment.versions().everySteps(),
                training.maxRefusedShare());
    }

    /** Whether the weights after so many steps are a version. */
    public boolean versionAt(long steps) {
        return steps > 0 && (steps % versionEverySteps == 0 || steps == totalSteps);
    }
}
