package org.drlput.common.objective;

/**
 * The log-likelihood of the logged actions, each weighed by its reward and the inverse of its propensity: maximizes
 * {@code Σ (r - b) / π_B log π}, whose gradient is {@code Σ (r - b) / π_B ∇ log π}.
 *
 * <p>With rewards that are never negative and no baseline it is weighted classification and rises wherever the policy stands, also
 * where plain importance weights have vanished. Where {@code r - b} is negative it has no bottom: log π falls without end.
 *
 * <p>Source: Chen et al. 2019, NeurIPS, "Surrogate objectives for batch policy optimization in one-step decision making"; Le Roux
 * 2017, arXiv 1612.06370.
 */
public record LogLikelihood() implements Objective {
    @Override
    public double coefficient(double importanceWeight, double propensity, double advantage) {
        return advantage / propensity;
    }
}
