package org.drlput.common.objective;

import java.util.List;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.network.ReferencePolicy;
import org.drlput.common.network.ReferencePolicy.Pass;

/**
 * What a micro-batch maximizes, in double precision, as the formulas stand; r the reward, b the baseline, m the rows.
 *
 * @param parameter clip weight, λ, or ε
 */
record ReferenceObjective(Kind kind, double parameter, double baseline, Regularizers regularizers) {
    /** Unit of rewards where an objective has one. */
    private static final double SCALE = 2;

    enum Kind {
        /** {@code Σ ρ (r - b)}. */
        IPS,
        /** {@code Σ w (r - b) log π}, where w = min(ρ, c), less its share of the variance penalty, is a constant. */
        CLIPPED_IPS,
        /** {@code Σ (r - b) / π_B log π}. */
        LOG_LIKELIHOOD,
        /** {@code Σ r log q + (1 - r) log(1 - q)}, {@code q = ε + (1 - 2ε) π}, r cut to 0 to 1. */
        REWARD_LIKELIHOOD,
        /** {@code Σ ψ(ρ (r - b))}, {@code ψ(u) = s log(1 + λ u / s) / λ} above 0 and u below. */
        LOGARITHMIC_SMOOTHING
    }

    /** Each kind and each regularizer, at least once. */
    static final List<ReferenceObjective> ALL = List.of(
            new ReferenceObjective(Kind.IPS, 0, 0.25, Regularizers.NONE),
            new ReferenceObjective(Kind.IPS, 0, 0, Regularizers.ofEntropy(0.3)),
            new ReferenceObjective(Kind.CLIPPED_IPS, 1.5, 0.25, Regularizers.NONE),
            new ReferenceObjective(Kind.CLIPPED_IPS, 1.5, -0.125, Regularizers.ofEntropy(0.7)),
            new ReferenceObjective(Kind.LOG_LIKELIHOOD, 0, 0.25, Regularizers.ofEntropy(0.2)),
            new ReferenceObjective(Kind.LOGARITHMIC_SMOOTHING, 0.5, 0.25, Regularizers.NONE),
            new ReferenceObjective(Kind.REWARD_LIKELIHOOD, 0.05, 0, Regularizers.ofEntropy(0.1)),
            new ReferenceObjective(Kind.IPS, 0, 0.25, new Regularizers(0, 0.4, 0, 0, 0)),
            new ReferenceObjective(Kind.IPS, 0, 0.25, new Regularizers(0.1, 0, 0.6, 0, 0)),
            new ReferenceObjective(Kind.IPS, 0, 0.25, new Regularizers(0, 0, 0, 0, 0.2)),
            new ReferenceObjective(Kind.CLIPPED_IPS, 1.5, 0.25, new Regularizers(0.1, 0.2, 0.3, 0, 0.4)));

    static ReferenceObjective ips(double baseline, double entropy) {
        return new ReferenceObjective(Kind.IPS, 0, baseline, Regularizers.ofEntropy(entropy));
    }

    /** The constant weights at a pass. */
    double[] heldWeights(Pass pass, EncodedBatch batch) {
        double[] held = importanceWeights(pass, batch);
        double[] weighted = new double[held.length];
        for (int r = 0; r < held.length; r++) {
            held[r] = Math.min(held[r], parameter);
            weighted[r] = held[r] * advantage(batch, r);
        }
        double[] shares = varianceShares(weighted);
        for (int r = 0; r < held.length; r++) {
            held[r] *= shares[r];
        }
        return held;
    }

    private double advantage(EncodedBatch batch, int r) {
        return batch.reward[r] - baseline;
    }

    private static double[] importanceWeights(Pass pass, EncodedBatch batch) {
        double[] weights = new double[batch.rowCount];
        for (int r = 0; r < weights.length; r++) {
            weights[r] = Math.exp(ReferencePolicy.logProbs(pass.logits[r])[batch.actionId[r]]) / batch.propensity[r];
        }
        return weights;
    }

    /** By which the variance penalty multiplies each row's gradient. */
    private double[] varianceShares(double[] u) {
        double mean = java.util.Arrays.stream(u).average().orElse(0);
        double deviation = deviation(u);
        double[] shares = new double[u.length];
        for (int r = 0; r < u.length; r++) {
            shares[r] = deviation == 0 ? 1 : 1 - regularizers.variancePenalty() * (u[r] - mean) / deviation;
        }
        return shares;
    }

    private static double deviation(double[] u) {
        double mean = java.util.Arrays.stream(u).average().orElse(0);
        return Math.sqrt(java.util.Arrays.stream(u)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElse(0));
    }

    double value(Pass pass, EncodedBatch batch, double[] heldWeights) {
        double sum = 0;
        double[] rho = importanceWeights(pass, batch);
        double[] u = new double[rho.length];
        for (int r = 0; r < batch.rowCount; r++) {
            double[] logProbs = ReferencePolicy.logProbs(pass.logits[r]);
            double logProb = logProbs[batch.actionId[r]];
            u[r] = rho[r] * advantage(batch, r);
            sum += switch (kind) {
                case IPS -> u[r];
                case CLIPPED_IPS -> heldWeights[r] * advantage(batch, r) * logProb;
                case LOG_LIKELIHOOD -> advantage(batch, r) / batch.propensity[r] * logProb;
                case REWARD_LIKELIHOOD -> logLikelihood(Math.exp(logProb), advantage(batch, r));
                case LOGARITHMIC_SMOOTHING ->
                    u[r] > 0 ? SCALE * Math.log(1 + parameter * u[r] / SCALE) / parameter : u[r];
            };
            sum += regularizers.entropy() * entropy(logProbs);
            sum -= regularizers.klToBehaviour() * (rho[r] * Math.log(rho[r]) - rho[r] + 1);
            sum += regularizers.klToManual() * logProbs[regularizers.manualAction()];
        }
        if (kind == Kind.IPS) {
            sum -= regularizers.variancePenalty() * u.length * deviation(u);
        }
        return sum;
    }

    private double logLikelihood(double probability, double reward) {
        double r = Math.min(1, Math.max(0, reward));
        double q = parameter + (1 - 2 * parameter) * probability;
        return r * Math.log(q) + (1 - r) * Math.log(1 - q);
    }

    /** By log π. */
    private double likelihoodSlope(double probability, double reward) {
        double r = Math.min(1, Math.max(0, reward));
        double q = parameter + (1 - 2 * parameter) * probability;
        return (1 - 2 * parameter) * probability * (r - q) / (q * (1 - q));
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
        double[] rho = importanceWeights(pass, batch);
        double[] u = new double[rho.length];
        for (int r = 0; r < u.length; r++) {
            u[r] = rho[r] * advantage(batch, r);
        }
        double[] shares = varianceShares(u);
        for (int r = 0; r < gradient.length; r++) {
            double[] logProbs = ReferencePolicy.logProbs(pass.logits[r]);
            double entropyHere = entropy(logProbs);
            double q = switch (kind) {
                case IPS -> u[r] * shares[r];
                case CLIPPED_IPS -> heldWeights[r] * advantage(batch, r);
                case LOG_LIKELIHOOD -> advantage(batch, r) / batch.propensity[r];
                case REWARD_LIKELIHOOD -> likelihoodSlope(Math.exp(logProbs[batch.actionId[r]]), advantage(batch, r));
                case LOGARITHMIC_SMOOTHING -> u[r] > 0 ? u[r] / (1 + parameter * u[r] / SCALE) : u[r];
            };
            q -= regularizers.klToBehaviour() * rho[r] * Math.log(rho[r]);
            gradient[r] = new double[logProbs.length];
            for (int i = 0; i < logProbs.length; i++) {
                double probability = Math.exp(logProbs[i]);
                gradient[r][i] = q * ((i == batch.actionId[r] ? 1 : 0) - probability)
                        + regularizers.klToManual() * ((i == regularizers.manualAction() ? 1 : 0) - probability)
                        - regularizers.entropy() * probability * (logProbs[i] + entropyHere);
            }
        }
        return gradient;
    }

    Objective product() {
        return switch (kind) {
            case IPS -> new Ips();
            case CLIPPED_IPS -> new ClippedIps(parameter);
            case LOG_LIKELIHOOD -> new LogLikelihood();
            case REWARD_LIKELIHOOD -> new RewardLikelihood(parameter);
            case LOGARITHMIC_SMOOTHING -> new LogarithmicSmoothing(parameter, SCALE);
        };
    }
}
