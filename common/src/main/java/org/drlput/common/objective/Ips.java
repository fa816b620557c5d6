package org.drlput.common.objective;

/**
 * Inverse propensity scoring: maximizes {@code Σ ρ (r - b)}, whose gradient is {@code Σ ρ (r - b) ∇ log π}, ρ differentiated
 * through.
 *
 * <p>Source: Horvitz and Thompson 1952; as a policy gradient, Bottou et al. 2013, JMLR 14, section 7.
 */
public record Ips() implements Objective {
    @Override
    public double coefficient(double importanceWeight, double propensity, double advantage) {
        return importanceWeight * advantage;
    }
}
