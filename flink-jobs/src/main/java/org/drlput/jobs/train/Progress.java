package org.drlput.jobs.train;

import org.drlput.common.estimate.Estimate;
import org.jspecify.annotations.Nullable;

/** Is told how a run gets on: about once a second, from one thread at a time. Must not block. */
@FunctionalInterface
public interface Progress {
    void update(Snapshot snapshot);

    /** What a run is at. */
    enum Phase {
        /** Reading the logs; rows are rows read, and there are no steps. */
        FIRST_PASS,
        TRAINING,
        /** All steps are applied; the last versions are being published and evaluated. */
        EVALUATING,
        DONE
    }

    /**
     * @param rows handled so far, of {@code totalRows}; of the first pass {@code totalRows} is an estimate
     * @param rowsPerSecond over the last seconds
     * @param progressiveReward the policy's estimated reward on the last seconds' rows, each scored before it was trained on
     *     (self-normalized); null before the first
     * @param version the newest evaluated version; null, like the two that follow, before there is one
     * @param secondsLeft until all steps are applied; null where that can not be told yet
     */
    record Snapshot(
            Phase phase,
            long rows,
            long totalRows,
            double rowsPerSecond,
            long step,
            long totalSteps,
            @Nullable Double progressiveReward,
            @Nullable Long version,
            @Nullable Double diversity,
            @Nullable Estimate relativeGain,
            @Nullable Double secondsLeft) {}
}
