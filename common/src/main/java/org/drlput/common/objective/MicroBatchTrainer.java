package org.drlput.common.objective;

import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Softmax;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.network.PolicyNetwork;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec.Role;
import org.jspecify.annotations.Nullable;

/**
 * One micro-batch to its contribution: forward, objective, backward, metrics. Allocates nothing after construction; one thread.
 *
 * <p>With {@code q} the objective's coefficient, H the policy's entropy and c the entropy coefficient, the gradient of logit i is
 * {@code q (1[i = a] - π_i) - c π_i (log π_i + H)}.
 */
public final class MicroBatchTrainer {
    private static final int LANES = 512;

    private final PolicyNetwork network;
    private final GradientSettings settings;
    private final int actions;
    private final float[] logitGradient;
    private final float[] scratch;
    private final float[] finite = new float[LANES];

    public MicroBatchTrainer(ModelSpec spec, GradientSettings settings, Kernels kernels, int maxRows) {
        this.network = new PolicyNetwork(spec, kernels, maxRows);
        this.settings = settings;
        this.actions = spec.actions();
        this.logitGradient = new float[Math.multiplyExact(maxRows, actions)];
        this.scratch = new float[actions];
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
        Metrics metrics = out.metrics();
        for (int row = 0; row < batch.rowCount; row++) {
            score(logits, batch, row, baseline, metrics);
        }
        metrics.rows = batch.rowCount;
        network.backward(weights, batch, logitGradient, out);
        if (settings.clipGradient() > 0) {
            clip(out);
        }
    }

    private void score(float[] logits, EncodedBatch batch, int row, double baseline, Metrics metrics) {
        int at = row * actions;
        int action = batch.actionId[row];
        double propensity = batch.propensity[row];
        double reward = batch.reward[row];
        int greedy = Softmax.greatest(logits, at, actions);
        float greatest = logits[at + greedy];
        double sum = Softmax.exponentials(logits, at, actions, greatest, logitGradient, at, scratch);
        double logSum = Math.log(sum);
        double entropy = logSum - weightedSum(logitGradient, logits, at, actions, greatest) / sum;
        double importanceWeight = Math.exp((double) logits[at + action] - greatest - logSum) / propensity;
        double q = settings.objective().coefficient(importanceWeight, propensity, reward - baseline);
        double c = settings.entropyCoefficient();
        float constant = (float) ((q + c * (entropy - logSum)) / sum);
        logitGradients(logits, logitGradient, at, actions, greatest, constant, (float) (c / sum));
        logitGradient[at + action] += (float) q;

        metrics.rewardSum += reward;
        metrics.rewardSquareSum += reward * reward;
        metrics.weightSum += importanceWeight;
        metrics.weightSquareSum += importanceWeight * importanceWeight;
        metrics.weightedRewardSum += importanceWeight * reward;
        metrics.entropySum += entropy;
        if (settings.objective().clips(importanceWeight)) {
            metrics.clippedRows++;
        }
        if (greedy == action) {
            metrics.greedyMatches++;
            metrics.greedyWeightSum += 1 / propensity;
            metrics.greedyWeightedRewardSum += reward / propensity;
        }
    }

    /** {@code Σ e[i] (logits[i] - greatest)}. */
    private static double weightedSum(float[] e, float[] logits, int at, int n, float greatest) {
        double even = 0;
        double odd = 0;
        int i = at;
        int end = at + n;
        for (; i + 2 <= end; i += 2) {
            even += e[i] * (logits[i] - greatest);
            odd += e[i + 1] * (logits[i + 1] - greatest);
        }
        if (i < end) {
            even += e[i] * (logits[i] - greatest);
        }
        return even + odd;
    }

    private static void logitGradients(
            float[] logits, float[] e, int at, int n, float greatest, float constant, float entropy) {
        for (int i = at; i < at + n; i++) {
            e[i] = -e[i] * (constant + entropy * (logits[i] - greatest));
        }
    }

    /** Scales the gradient sums, so that the norm of their mean over the rows is at most {@code clipGradient}. */
    private void clip(Contribution out) {
        double squares = 0;
        for (int t = 0; t < out.tensors().size(); t++) {
            if (out.tensors().get(t).role() != Role.STATISTIC) {
                squares += squares(gradient(out, t), length(out, t));
            }
        }
        double norm = Math.sqrt(squares) / out.metrics().rows;
        // an infinite norm is left for refusal() to name
        if (norm > settings.clipGradient() && norm < Double.POSITIVE_INFINITY) {
            float factor = (float) (settings.clipGradient() / norm);
            for (int t = 0; t < out.tensors().size(); t++) {
                if (out.tensors().get(t).role() != Role.STATISTIC) {
                    scale(gradient(out, t), length(out, t), factor);
                }
            }
        }
    }

    private static float[] gradient(Contribution out, int tensor) {
        return out.tensors().get(tensor).sparse() ? out.sparse(tensor).values() : out.dense(tensor);
    }

    private static int length(Contribution out, int tensor) {
        SparseRows rows = out.sparse(tensor);
        return out.tensors().get(tensor).sparse() ? rows.count() * rows.columns() : out.dense(tensor).length;
    }

    private static double squares(float[] values, int n) {
        double even = 0;
        double odd = 0;
        for (int i = 0; i + 1 < n; i += 2) {
            even += (double) values[i] * values[i];
            odd += (double) values[i + 1] * values[i + 1];
        }
        if (n % 2 == 1) {
            even += (double) values[n - 1] * values[n - 1];
        }
        return even + odd;
    }

    private static void scale(float[] values, int n, float factor) {
        for (int i = 0; i < n; i++) {
            values[i] *= factor;
        }
    }

    /**
     * Null, or why the contribution must not be applied: the first tensor with a value that is not finite, and where. A refused
     * micro-batch is cleared and pushed as an empty contribution.
     */
    public @Nullable String refusal(Contribution out) {
        if (out.empty()) {
            return null;
        }
        for (int t = 0; t < out.tensors().size(); t++) {
            float[] values = gradient(out, t);
            int n = length(out, t);
            if (!allFinite(values, n)) {
                return describe(out, t, values, n);
            }
        }
        return null;
    }

    /** x * 0 is 0 for all but NaN and infinities: sums in {@link #LANES} columns, which are vector loops. */
    private boolean allFinite(float[] values, int n) {
        java.util.Arrays.fill(finite, 0f);
        int from = 0;
        for (; from + LANES <= n; from += LANES) {
            for (int j = 0; j < LANES; j++) {
                finite[j] += values[from + j] * 0f;
            }
        }
        for (int j = 0; from + j < n; j++) {
            finite[j] += values[from + j] * 0f;
        }
        float sum = 0;
        for (float lane : finite) {
            sum += lane;
        }
        return sum == 0f;
    }

    private static String describe(Contribution out, int tensor, float[] values, int n) {
        int at = 0;
        while (at < n - 1 && Float.isFinite(values[at])) {
            at++;
        }
        int columns = out.tensors().get(tensor).columns();
        int slot = at / columns;
        int row = out.tensors().get(tensor).sparse() ? out.sparse(tensor).row(slot) : slot;
        return "gradient of %s: found %s at [%d, %d], expected a finite number"
                .formatted(out.tensors().get(tensor).name(), values[at], row, at % columns);
    }
}
