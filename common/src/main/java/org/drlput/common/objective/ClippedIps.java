package org.drlput.common.objective;

/**
 * Importance weights clipped from above and held constant: {@code Σ min(ρ, c) (r - b) ∇ log π}, the gradient of the surrogate
 * {@code Σ min(ρ, c) (r - b) log π} with its weight constant. Less variance, some bias; rows above c still teach.
 *
 * <p>Source: Ionides 2008, "Truncated importance sampling"; Chen et al. 2019, arXiv 1812.02353, section 4.3.
 */
public record ClippedIps(double clipWeight) implements Objective {
    public ClippedIps {
        if (!(clipWeight > 0)) {
            throw new IllegalArgumentException("clipWeight: found %s, expected above 0".formatted(clipWeight));
        }
    }

    @Override
    public double coefficient(double importanceWeight, double propensity, double advantage) {
        // Math.min keeps a NaN: a broken policy is refused, not clipped
        return Math.min(importanceWeight, clipWeight) * advantage;
    }

    @Override
    public boolean clips(double importanceWeight) {
        return importanceWeight > clipWeight;
    }
}
