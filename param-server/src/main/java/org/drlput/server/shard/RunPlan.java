package org.drlput.server.shard;

import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Mode;

/**
 * What a shard must know of a run's course.
 *
 * @param mode when contributions become updates
 * @param microBatches V, of every step
 * @param window so many steps, the current one included, may have contributions at a time
 * @param staleness so many steps may be missing in pulled weights; asynchronously as many as the window lets
 * @param versionEverySteps a version stands at every multiple of it, and at the last step
 * @param maxRefusedShare of micro-batches, before the run fails
 */
public record RunPlan(
        Mode mode,
        int microBatches,
        long totalSteps,
        int window,
        int staleness,
        long versionEverySteps,
        double maxRefusedShare) {

    public static RunPlan of(Experiment experiment, long totalSteps) {
        Experiment.Training training = experiment.training();
        return new RunPlan(
                training.mode(),
                training.microBatches(),
                totalSteps,
                training.window(),
                training.mode() == Mode.ASYNC ? training.window() : training.staleness(),
                experiment.versions().everySteps(),
                training.maxRefusedShare());
    }

    /** How often the optimizer moves the weights: once a step, asynchronously once a micro-batch. */
    public long totalUpdates() {
        return mode == Mode.ASYNC ? totalSteps * microBatches : totalSteps;
    }

    /** Whether the weights after so many steps are a version. */
    public boolean versionAt(long steps) {
        return steps > 0 && (steps % versionEverySteps == 0 || steps == totalSteps);
    }

    /** The first version at a step after this one; {@link Long#MAX_VALUE}: none. */
    long versionAfter(long steps) {
        if (steps >= totalSteps) {
            return Long.MAX_VALUE;
        }
        return Math.min(totalSteps, (steps / versionEverySteps + 1) * versionEverySteps);
    }

    /** How many versions the whole run publishes. */
    public long versionCount() {
        return (totalSteps + versionEverySteps - 1) / versionEverySteps;
    }
}
