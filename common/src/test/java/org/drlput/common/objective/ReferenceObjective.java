package org.drlput.common.objective;

import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.network.ReferencePolicy;
import org.drlput.common.network.ReferencePolicy.Pass;

/**
 * What a micro-batch maximizes, in double precision: {@code Σ ρ (r - b) + c H}, or with clipped weights
 * {@code Σ w (r - b) log π + c H}, where w = min(ρ, clip) is a constant.
 *
 * @param clipWeight above 0: clipped weights, held constant
 */
record ReferenceObjective(double clipWeight, double baseline, double entropy) {
    /** The constant weights at a pass. */
    double[] heldWeights(Pass pass, EncodedBatch batch) {
        double[] held = new double[batch.rowCount];
        for (int r = 0; r < held.length; r++) {
            double logProb = ReferencePolicy.logProbs(pass.logits[r])[batch.actionId[r]];
            held[r] = Math.min(Math.exp(logProb) / batch.propensity[r], clipWeight);
        }
        return held;
    }

    double value(Pass pass, EncodedBatch batch, double[] heldWeights) {
        double sum = 0;
        for (int r = 0; r < batch.rowCount; r++) {
            double[] logProbs = ReferencePolicy.logProbs(pass.logits[r]);
            double logProb = logProbs[batch.actionId[r]];
            double advantage = batch.reward[r] - baseline;
            sum += clipWeight > 0
                    ? heldWeights[r] * advantage * logProb
                    : Math.exp(logProb) / batch.propensity[r] * advantage;
            sum += entropy * entropy(logProbs);
        }
        return sum;
    }

    static double entropy(double[] logProbs) {
        double sum = 0;
        for (double logProb : logProbs) {
            sum -= Math.exp(logProb) * logProb;
        }
        return sum;
    }

    /** The gradient of {@link #value} by the logits, {@code [row][action]}. */
    double[][] logitGradient(Pass pass, EncodedBatch batch, double[] heldWeights) {
        double[][] gradient = new double[batch.rowCount][];
        for (int r = 0; r < gradient.length; r++) {
            double[] logProbs = ReferencePolicy.logProbs(pass.logits[r]);
            double entropyHere = entropy(logProbs);
            double rho = Math.exp(logProbs[batch.actionId[r]]) / batch.propensity[r];
            double q = (clipWeight > 0 ? heldWeights[r] : rho) * (batch.reward[r] - baseline);
            gradient[r] = new double[logProbs.length];
            for (int i = 0; i < logProbs.length; i++) {
                double probability = Math.exp(logProbs[i]);
                gradient[r][i] = q * ((i == batch.actionId[r] ? 1 : 0) - probability)
                        - entropy * probability * (logProbs[i] + entropyHere);
            }
        }
        return gradient;
    }

    Objective product() {
        return clipWeight > 0 ? new ClippedIps(clipWeight) : new Ips();
    }
}
