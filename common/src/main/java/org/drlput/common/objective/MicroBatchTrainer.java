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
    private static final float[][] NO_GRADIENTS = {};

    /** The same for all rows. */
    private static final class Constant implements Predictions {
        private double value;

        @Override
        public double of(int row, int action) {
            return value;
        }
    }

    private final Constant constant = new Constant();
    private final PolicyNetwork network;
    private final RowHashes hashes;
    private final boolean hashed;
    private final @Nullable RewardModel model;
    private final MemberRows[] rows;
    private final OutputGradient[] objectives;
    /** Of each member. */
    private final float[][] gradients;

    private final double clipGradient;
    private final Guard guard = new Guard();

    public MicroBatchTrainer(ModelSpec spec, GradientSettings settings, Kernels kernels, int maxRows) {
        network = new PolicyNetwork(spec, kernels, maxRows);
        hashes = new RowHashes(maxRows);
        hashed = spec.members() > 1 || spec.reward().folds() > 1;
        model = spec.reward().outputs() == 0
                ? null
                : new RewardModel(spec.reward(), settings.rewards(), settings.lossWeight(), hashes, maxRows);
        rows = new MemberRows[spec.members()];
        objectives = new OutputGradient[rows.length];
        gradients = new float[rows.length][];
        for (int m = 0; m < rows.length; m++) {
            rows[m] = new MemberRows(hashes, m, rows.length);
            objectives[m] = settings.objective().predicts()
                    ? new RegressionGradient(settings, spec.actions(), maxRows)
                    : new LogitGradient(settings, model, spec.actions(), maxRows);
        }
        clipGradient = settings.clipGradient();
    }

    /**
     * Clears and fills {@code out} with the sums over the batch's rows; a batch without rows leaves it empty. What comes of
     * broken weights or rows is not finite: ask {@link #refusal}.
     *
     * @param weights whole tensors, also of embedding tables
     * @param baseline taken off every reward, where no model of the reward predicts it
     */
    public void compute(Parameters weights, EncodedBatch batch, double baseline, Contribution out) {
        out.clear();
        if (batch.rowCount == 0) {
            return;
        }
        if (hashed) {
            hashes.compute(batch);
        }
        network.forward(weights, batch, out);
        constant.value = baseline;
        Predictions taken = constant;
        if (model != null) {
            model.take(network, batch);
            taken = model;
        }
        for (int m = 0; m < gradients.length; m++) {
            gradients[m] = objectives[m].compute(network.logits(m), batch, rows[m], taken, out.metrics());
        }
        out.metrics().rows = batch.rowCount;
        network.backward(weights, batch, gradients, model == null ? NO_GRADIENTS : model.gradients(), out);
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
