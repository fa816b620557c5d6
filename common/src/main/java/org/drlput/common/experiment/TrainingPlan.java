package org.drlput.common.experiment;

/**
 * How many steps a run has: an epoch is one sequence of {@code rows} positions, cut into V equal lanes; each step takes the
 * next {@code rowsPerStep / V} positions of every lane.
 *
 * @param rows all rows of the first pass, held-out and rejected ones included: they keep their positions and contribute 0
 * @param epochs as the experiment asks, or as many as it takes to come to its {@code minSteps}
 */
public record TrainingPlan(long rows, int microBatches, int rowsPerMicroBatch, int epochs) {
    public static TrainingPlan of(long rows, Experiment.Training training) {
        TrainingPlan asked =
                new TrainingPlan(rows, training.microBatches(), training.rowsPerMicroBatch(), training.epochs());
        long perEpoch = asked.stepsPerEpoch();
        if (perEpoch == 0 || asked.totalSteps() >= training.minSteps()) {
            return asked;
        }
        int epochs = Math.toIntExact((training.minSteps() + perEpoch - 1) / perEpoch);
        return new TrainingPlan(rows, training.microBatches(), training.rowsPerMicroBatch(), epochs);
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
