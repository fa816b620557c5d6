package org.drlput.common.objective;

import java.util.Arrays;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.network.ModelSpec.RewardHead;
import org.drlput.common.network.PolicyNetwork;

/**
 * What a network's reward models predict of a micro-batch, and the gradient of their squared error. Outputs are deviations from the
 * mean reward. With two models each row trains one and is predicted by the other, so that no prediction knows its row's reward.
 *
 * <p>Maximizes {@code -Σ λ σ ½ (z - ẑ)²} with {@code z = (r - mean) / σ}: in units of the reward, as the policy's gradient is. One
 * thread.
 *
 * <p>Source of cross-fitting: Chernozhukov et al. 2018, arXiv 1608.00060, definition 3.1.
 */
final class RewardModel implements Predictions {
    private final RewardHead head;
    private final RewardScale rewards;
    private final double lossWeight;
    private final RowHashes hashes;
    /** Per model, live. */
    private final float[][] outputs;
    /** Per model {@code [rows, outputs]}. */
    private final float[][] gradients;

    RewardModel(RewardHead head, RewardScale rewards, double lossWeight, RowHashes hashes, int maxRows) {
        this.head = head;
        this.rewards = rewards;
        this.lossWeight = lossWeight;
        this.hashes = hashes;
        outputs = new float[head.folds()][];
        gradients = new float[head.folds()][Math.multiplyExact(maxRows, head.outputs())];
    }

    /** Of each model, {@code [rows, outputs]}, live. */
    float[][] gradients() {
        return gradients;
    }

    /** Takes the outputs of the network's last forward, of this batch. */
    void take(PolicyNetwork network, EncodedBatch batch) {
        double unit = rewards.unit();
        for (int f = 0; f < outputs.length; f++) {
            outputs[f] = network.rewards(f);
            Arrays.fill(gradients[f], 0, batch.rowCount * head.outputs(), 0f);
        }
        for (int row = 0; row < batch.rowCount; row++) {
            int model = outputs.length == 1 ? 0 : hashes.model(row, outputs.length);
            int at = at(row, batch.actionId[row]);
            double z = (batch.reward[row] - rewards.mean()) / unit;
            gradients[model][at] = (float) (lossWeight * unit * (z - outputs[model][at]));
        }
    }

    private int at(int row, int action) {
        return row * head.outputs() + (head.outputs() == 1 ? 0 : action);
    }

    private float[] predicting(int row) {
        return outputs.length == 1 ? outputs[0] : outputs[1 - hashes.model(row, outputs.length)];
    }

    @Override
    public double of(int row, int action) {
        return rewards.mean() + rewards.unit() * predicting(row)[at(row, action)];
    }

    /**
     * Adds the gradient of {@code Σ_a π(a|s) q̂(s, a)} by a row's logits, {@code π_i (q̂_i - Σ_a π_a q̂_a)}.
     *
     * @param gradient {@code [rows, actions]}, as {@code exponentials} is
     * @param sum of the row's exponentials
     */
    void addValue(int row, float[] exponentials, double sum, float[] gradient) {
        float[] predicted = predicting(row);
        int from = row * head.outputs();
        int to = from + head.outputs();
        double mean = 0;
        for (int i = from; i < to; i++) {
            mean += (double) exponentials[i] * predicted[i];
        }
        addValue(exponentials, predicted, gradient, from, to, (float) (rewards.unit() / sum), (float) (mean / sum));
    }

    private static void addValue(
            float[] exponentials, float[] predicted, float[] gradient, int from, int to, float unit, float mean) {
        for (int i = from; i < to; i++) {
            gradient[i] += unit * exponentials[i] * (predicted[i] - mean);
        }
    }
}
