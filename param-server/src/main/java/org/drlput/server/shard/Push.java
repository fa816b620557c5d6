package org.drlput.server.shard;

import java.util.List;
import org.drlput.common.gradient.Contribution;

/**
 * The sum of micro-batches {@code [firstLane, firstLane + lanes)} of a step, an aligned subtree of the binary tree over all.
 *
 * @param sum of this shard's part of the tensors
 * @param refused those of its micro-batches that were refused
 */
public record Push(long step, int firstLane, int lanes, Contribution sum, List<RefusedMicroBatch> refused) {
    public Push {
        refused = List.copyOf(refused);
    }

    String name() {
        return lanes == 1
                ? "micro-batch %d of step %d".formatted(firstLane, step)
                : "micro-batches %d to %d of step %d".formatted(firstLane, firstLane + lanes - 1, step);
    }
}
