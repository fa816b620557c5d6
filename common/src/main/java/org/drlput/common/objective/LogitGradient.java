package org.drlput.common.objective;

import java.util.Arrays;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.math.Softmax;

/**
 * From logits to their gradient, row by row, and the metrics of what was seen on the way.
 *
 * <p>With {@code q} the objective's coefficient, H the policy's entropy and c the entropy coefficient, the gradient of logit i is
 * {@code q (1[i = a] - π_i) - c π_i (log π_i + H)}; {@link Regularizers} says what else q holds. One thread.
 */
final class LogitGradient {
    private final Objective objective;
    private final Regularizers regularizers;
    private final int actions;
    private final Softmax softmax;
    /** {@code [rows, actions]}: first a row's factors of its exponentials, then the gradient. */
    private final float[] gradient;
    /** {@code [rows, actions]}: a row's factor of exponential times shifted logit. */
    private final float[] slopes;

    /** {@code [rows]}. */
    private final double[] coefficients;

    private final double[] importanceWeights;
    /** A row's entropy less the logarithm of its sum of exponentials. */
    private final double[] entropyOffsets;

    LogitGradient(GradientSettings settings, int actions, int maxRows) {
        objective = settings.objective();
        regularizers = settings.regularizers();
        this.actions = actions;
        softmax = new Softmax(maxRows, actions);
        gradient = new float[Math.multiplyExact(maxRows, actions)];
        slopes = new float[gradient.length];
        coefficients = new double[maxRows];
        importanceWeights = new double[maxRows];
        entropyOffsets = new double[maxRows];
    }

    /** The gradient {@code [rows, actions]}, live; adds to the metrics. */
    float[] compute(float[] logits, EncodedBatch batch, double baseline, Metrics metrics) {
        int rows = batch.rowCount;
        softmax.compute(logits, rows);
        for (int row = 0; row < rows; row++) {
            score(batch, row, baseline, metrics);
        }
        if (regularizers.variancePenalty() > 0) {
            VariancePenalty.apply(coefficients, rows, regularizers.variancePenalty());
        }
        for (int row = 0; row < rows; row++) {
            spread(row);
        }
        combine(gradient, slopes, softmax.exponentials(), softmax.shifted(), rows * actions);
        for (int row = 0; row < rows; row++) {
            gradient[row * actions + batch.actionId[row]] += (float) coefficients[row];
        }
        if (regularizers.klToManual() > 0) {
            for (int row = 0; row < rows; row++) {
                gradient[row * actions + regularizers.manualAction()] += (float) regularizers.klToManual();
            }
        }
        return gradient;
    }

    private void score(EncodedBatch batch, int row, double baseline, Metrics metrics) {
        int at = row * actions;
        int logged = at + batch.actionId[row];
        double propensity = batch.propensity[row];
        double reward = batch.reward[row];
        double sum = softmax.sum(row);
        double logSum = Math.log(sum);
        double entropy = logSum - softmax.product(row) / sum;
        double importanceWeight = softmax.exponentials()[logged] / sum / propensity;
        coefficients[row] = objective.coefficient(importanceWeight, propensity, reward - baseline);
        importanceWeights[row] = importanceWeight;
        entropyOffsets[row] = entropy - logSum;

        metrics.rewardSum += reward;
        metrics.rewardSquareSum += reward * reward;
        metrics.weightSum += importanceWeight;
        metrics.weightSquareSum += importanceWeight * importanceWeight;
        metrics.weightedRewardSum += importanceWeight * reward;
        metrics.entropySum += entropy;
        if (objective.clips(importanceWeight)) {
            metrics.clippedRows++;
        }
        if (greedy(at, logged)) {
            metrics.greedyMatches++;
            metrics.greedyWeightSum += 1 / propensity;
            metrics.greedyWeightedRewardSum += reward / propensity;
        }
    }

    /** What each of a row's exponentials is multiplied with, and with its shifted logit. */
    private void spread(int row) {
        double rho = importanceWeights[row];
        if (regularizers.klToBehaviour() > 0 && rho > 0) {
            coefficients[row] -= regularizers.klToBehaviour() * rho * Math.log(rho);
        }
        double sum = softmax.sum(row);
        double c = regularizers.entropy();
        double q = coefficients[row];
        if (regularizers.klToManual() > 0) {
            q += regularizers.klToManual();
        }
        int at = row * actions;
        Arrays.fill(gradient, at, at + actions, (float) ((q + c * entropyOffsets[row]) / sum));
        Arrays.fill(slopes, at, at + actions, (float) (c / sum));
    }

    /** Whether the logged action is the first of the row's greatest logits. */
    private boolean greedy(int at, int logged) {
        float[] shifted = softmax.shifted();
        if (shifted[logged] != 0) {
            return false;
        }
        int first = at;
        while (shifted[first] != 0) {
            first++;
        }
        return first == logged;
    }

    private static void combine(float[] gradient, float[] slopes, float[] exponentials, float[] shifted, int n) {
        for (int i = 0; i < n; i++) {
            gradient[i] = -exponentials[i] * (gradient[i] + slopes[i] * shifted[i]);
        }
    }
}
