package org.drlput.common.experiment;

/**
 * How many steps a run has: an epoch is one sequence of {@code rows} positions, cut into V equal lanes; each step takes the
 * next {@code rowsPerStep / V} positions of every lane.
 *
 * @param rows all rows of the first pass, held-out and rejected ones included: they keep their positions and contribute 0
 */
public record TrainingPlan(long rows, int microBatches, int rowsPerMicroBatch, int epochs) {
    public static TrainingPlan of(long rows, Experiment.Training training) {
        return new TrainingPlan(rows, training.microBatches(), training.rowsPerMicroBatch(), training.epochs());
    }

    /** First position of a lane; lane v is positions {@code [laneStart(v), laneStart(v + 1))}. */
    public long laneStart(int lane) {
        // rows < 2^47 and V <= 2^8: no overflow
        return rows * lane / microBatches;
    }

    public long stepsPerEpoch() {
        long longestLane = (rows + microBatches - 1) / microBatches;
        return (longestLane + rowsPerMicroBatch - 1) / rowsPerMicroBatch;
    }

    public long totalSteps() {
        return stepsPerEpoch() * epochs;
    }
}
