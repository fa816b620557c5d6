package org.drlput.common.objective;

/**
 * Doubly robust: maximizes {@code Σ [Σ_a π(a|s) q̂(s, a) + ρ (r - q̂(s, a))]}, with q̂ a model of the reward that is trained beside
 * and a constant here. Unbiased where the propensities or q̂ are right; the better q̂ is, the less the correction varies. The
 * correction's weight is clipped from above and held constant, as in {@link ClippedIps}.
 *
 * <p>Source: Dudík et al. 2011, arXiv 1103.4601, equation 1; clipped: Su et al. 2020, arXiv 1907.09623, section 3.
 */
public record DoublyRobust(double clipWeight) implements Objective {
    public DoublyRobust {
        if (!(clipWeight > 0)) {
            throw new IllegalArgumentException("clipWeight: found %s, expected above 0".formatted(clipWeight));
        }
    }

    /** Of the correction: {@code advantage} is the reward less its prediction. */
    @Override
    public double coefficient(double importanceWeight, double propensity, double advantage) {
        return Math.min(importanceWeight, clipWeight) * advantage;
    }

    @Override
    public boolean clips(double importanceWeight) {
        return importanceWeight > clipWeight;
    }

    @Override
    public boolean maximizesPredictions() {
        return true;
    }
}
