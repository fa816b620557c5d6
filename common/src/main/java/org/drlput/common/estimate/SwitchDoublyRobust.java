package org.drlput.common.estimate;

/**
 * SWITCH doubly robust: {@code V = Σ (q̂(s, π) + 1{ρ <= τ} ρ (r - q̂(s, a))) / n}. Rows whose weight is above τ are left to the model.
 *
 * <p>Source: Wang, Agarwal and Dudík 2017, Optimal and adaptive off-policy evaluation in contextual bandits, arXiv 1612.01205.
 *
 * @param threshold τ, at least 0
 */
record SwitchDoublyRobust(double threshold) implements MeanEstimator {
    @Override
    public String name() {
        return "switchDr";
    }

    @Override
    public boolean usesModel() {
        return true;
    }

    @Override
    public double factor(double weight) {
        return weight <= threshold ? weight : 0;
    }
}
