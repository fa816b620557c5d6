package org.drlput.server.shard;

import java.util.List;
import org.drlput.common.gradient.Contribution;
import org.jspecify.annotations.Nullable;

/**
 * The sum of micro-batches {@code [firstLane, firstLane + lanes)} of a step, an aligned subtree of the binary tree over all.
 *
 * @param sum of this shard's part of the tensors
 * @param refused those of its micro-batches that were refused
 * @param lastCut the newest cut that the step's record knew of; null: none in this generation
 */
public record Push(
        long step,
        int firstLane,
        int lanes,
        Contribution sum,
        List<RefusedMicroBatch> refused,
        @Nullable CaptureKey lastCut) {
    public Push {
        refused = List.copyOf(refused);
    }

    String name() {
        return lanes == 1
                ? "micro-batch %d of step %d".formatted(firstLane, step)
                : "micro-batches %d to %d of step %d".formatted(firstLane, firstLane + lanes - 1, step);
    }
}
