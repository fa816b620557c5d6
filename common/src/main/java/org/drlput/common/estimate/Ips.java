package org.drlput.common.estimate;

/**
 * Inverse propensity scoring: {@code V = Σ ρ r / n}. Unbiased where the propensities are right and every action that the policy
 * takes can be logged; of great variance, because Σρ is n on average only.
 *
 * <p>Source: Horvitz and Thompson 1952; for policies Strehl et al. 2010, arXiv 1003.0120, equation 2.
 */
record Ips() implements MeanEstimator {
    @Override
    public String name() {
        return "ips";
    }

    @Override
    public boolean usesModel() {
        return false;
    }

    @Override
    public double factor(double weight) {
        return weight;
    }
}
