package org.drlput.common.objective;

import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.network.PolicyNetwork;
import org.drlput.common.tensor.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * One micro-batch to its contribution: forward, objective, backward, metrics. Allocates next to nothing after construction; one
 * thread.
 */
public final class MicroBatchTrainer {
    private final PolicyNetwork network;
    private final LogitGradient objective;
    private final double clipGradient;
    private final Guard guard = new Guard();

    public MicroBatchTrainer(ModelSpec spec, GradientSettings settings, Kernels kernels, int maxRows) {
        this.network = new PolicyNetwork(spec, kernels, maxRows);
        this.objective = new LogitGradient(settings, spec.actions(), maxRows);
        this.clipGradient = settings.clipGradient();
    }

    /**
     * Clears and fills {@code out} with the sums over the batch's rows; a batch without rows leaves it empty. What comes of
     * broken weights or rows is not finite: ask {@link #refusal}.
     *
     * @param weights whole tensors, also of embedding tables
     * @param baseline taken off every reward
     */
    public void compute(Parameters weights, EncodedBatch batch, double baseline, Contribution out) {
        out.clear();
        if (batch.rowCount == 0) {
            return;
        }
        float[] logits = network.forward(weights, batch, out);
        float[] gradient = objective.compute(logits, batch, baseline, out.metrics());
        out.metrics().rows = batch.rowCount;
        network.backward(weights, batch, gradient, out);
        if (clipGradient > 0) {
            GradientClip.apply(out, clipGradient);
        }
    }

    /**
     * Null, or why the contribution must not be applied: the first tensor with a value that is not finite, and where. A refused
     * micro-batch is cleared and pushed as an empty contribution.
     */
    public @Nullable String refusal(Contribution out) {
        return out.empty() ? null : guard.refusal(out);
    }
}
