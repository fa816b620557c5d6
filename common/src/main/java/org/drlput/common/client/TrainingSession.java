package org.drlput.common.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.RefusedMicroBatch;
import org.jspecify.annotations.Nullable;

/**
 * One worker's calls in one life of a run. Pulls by one thread at a time; pushes return at once and several may be under way.
 * Errors: {@link ParameterServerException}.
 */
public final class TrainingSession {
    /**
     * What comes with the weights: the steps applied in them, and over those steps the valid rows and the sum of their rewards
     * (the running-mean baseline).
     */
    public record PulledStep(long steps, long rows, double rewardSum) {}

    TrainingSession() {}

    /**
     * Waits for the weights before {@code step} and writes them into whole tensors: dense ones complete, of embedding tables the
     * selected rows; other rows stay as they are. After an error the values are undefined.
     */
    public PulledStep pull(long step, RowSelection rows, Parameters into) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Sends the sum of an aligned subtree of one step to every shard, its rows only; empty ones too, since a step completes by
     * its micro-batches. The contribution must not change until the future is complete: every shard has it then, or it has
     * failed with {@link ParameterServerException}.
     *
     * @param refused the subtree's refused micro-batches
     * @param lastCut the newest cut that the step's record knew of; null: none
     */
    public CompletableFuture<Void> push(
            long step, Subtree sum, List<RefusedMicroBatch> refused, @Nullable CaptureKey lastCut) {
        throw new UnsupportedOperationException("soon");
    }
}
