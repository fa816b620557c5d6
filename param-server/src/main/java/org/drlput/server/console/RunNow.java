package org.drlput.server.console;

import org.jspecify.annotations.Nullable;

/**
 * The run that the shards are open for.
 *
 * @param step the least of all shards': so many updates are applied everywhere
 * @param rows valid rows of these steps
 * @param rowsPerSecond over the last half minute; null: not seen long enough
 * @param published versions of it, {@code evaluated} those with an evaluation
 */
record RunNow(
        String run,
        long generation,
        State state,
        long step,
        long totalSteps,
        long baseVersion,
        long rows,
        @Nullable Double rowsPerSecond,
        int published,
        int evaluated) {

    enum State {
        /** Opened, and seen for the first time: not known whether steps come. */
        OPENED,
        /** Steps come. */
        TRAINING,
        /** No step came for a while. */
        WAITING,
        /** A shard says that it can not go on. */
        FAILED,
        /** All steps are applied. */
        ENDED
    }

    /**
     * Sums over all rows of the applied steps, at one moment.
     *
     * @param atMillis since 1970
     */
    record Progress(
            long atMillis, long step, long rows, double rewardSum, double weightSum, double weightedRewardSum) {}
}
