package org.drlput.common.objective;

import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.math.Softmax;

/** What a member's policy makes of each row: probabilities, importance weight, entropy, and the metrics of them. One thread. */
final class RowScores {
    private final int actions;
    private final Softmax softmax;
    private final double[] importanceWeights;
    private final double[] entropyOffsets;

    RowScores(int actions, int maxRows) {
        this.actions = actions;
        softmax = new Softmax(maxRows, actions);
        importanceWeights = new double[maxRows];
        entropyOffsets = new double[maxRows];
    }

    Softmax softmax() {
        return softmax;
    }

    /** ρ of the row's logged action. */
    double importanceWeight(int row) {
        return importanceWeights[row];
    }

    /** A row's entropy less the logarithm of its sum of exponentials. */
    double entropyOffset(int row) {
        return entropyOffsets[row];
    }

    /** Adds the rows that the member scores to the metrics. */
    void compute(float[] logits, EncodedBatch batch, MemberRows rows, Metrics metrics) {
        softmax.compute(logits, batch.rowCount);
        for (int row = 0; row < batch.rowCount; row++) {
            int logged = row * actions + batch.actionId[row];
            double sum = softmax.sum(row);
            double logSum = Math.log(sum);
            double entropy = logSum - softmax.product(row) / sum;
            importanceWeights[row] = softmax.exponentials()[logged] / sum / batch.propensity[row];
            entropyOffsets[row] = entropy - logSum;
            if (rows.scores(row)) {
                count(batch, row, entropy, metrics);
            }
        }
    }

    private void count(EncodedBatch batch, int row, double entropy, Metrics metrics) {
        double propensity = batch.propensity[row];
        double reward = batch.reward[row];
        double importanceWeight = importanceWeights[row];
        metrics.rewardSum += reward;
        metrics.rewardSquareSum += reward * reward;
        metrics.weightSum += importanceWeight;
        metrics.weightSquareSum += importanceWeight * importanceWeight;
        metrics.weightedRewardSum += importanceWeight * reward;
        metrics.entropySum += entropy;
        if (greedy(row * actions, batch.actionId[row])) {
            metrics.greedyMatches++;
            metrics.greedyWeightSum += 1 / propensity;
            metrics.greedyWeightedRewardSum += reward / propensity;
        }
    }

    /** Whether the logged action is the first of the row's greatest logits. */
    private boolean greedy(int at, int action) {
        float[] shifted = softmax.shifted();
        if (shifted[at + action] != 0) {
            return false;
        }
        int first = at;
        while (shifted[first] != 0) {
            first++;
        }
        return first == at + action;
    }
}
