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

    /** @throws RefusedException where it can never be a contribution to this run */
    void requireFits(RunPlan plan) {
        if (step < 0 || step >= plan.totalSteps()) {
            throw invalid("step %d: the run has steps 0 to %d".formatted(step, plan.totalSteps() - 1));
        }
        if (firstLane < 0
                || lanes < 1
                || Integer.bitCount(lanes) != 1
                || firstLane % lanes != 0
                || firstLane > plan.microBatches() - lanes) {
            throw invalid("%s: expected one, or an aligned subtree, of %d micro-batches"
                    .formatted(name(), plan.microBatches()));
        }
        if (sum.metrics().refusedMicroBatches != refused.size()) {
            throw invalid("%s: its metrics count %d refused micro-batches, its list %d"
                    .formatted(name(), sum.metrics().refusedMicroBatches, refused.size()));
        }
        for (RefusedMicroBatch batch : refused) {
            if (batch.step() != step || batch.microBatch() < firstLane || batch.microBatch() >= firstLane + lanes) {
                throw invalid("%s: lists micro-batch %d of step %d as refused, which is not in it"
                        .formatted(name(), batch.microBatch(), batch.step()));
            }
        }
    }

    private static RefusedException invalid(String text) {
        return RefusedException.of(Refusal.Reason.INVALID, text);
    }
}
