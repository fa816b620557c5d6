package org.drlput.common.estimate;

/**
 * Doubly robust with optimistic shrinkage: {@code V = Σ (q̂(s, π) + λρ / (ρ² + λ) (r - q̂(s, a))) / n}. Between {@link DirectMethod}
 * (λ = 0) and {@link DoublyRobust} (λ without bound); a weight of √λ counts half.
 *
 * <p>Source: Su, Dimakopoulou, Krishnamurthy and Dudík 2020, Doubly robust off-policy evaluation with shrinkage, arXiv 1907.09623.
 *
 * @param shrinkage λ, above 0
 */
record ShrunkDoublyRobust(double shrinkage) implements MeanEstimator {
    @Override
    public String name() {
        return "drOs";
    }

    @Override
    public boolean usesModel() {
        return true;
    }

    @Override
    public double factor(double weight) {
        return shrinkage * weight / (weight * weight + shrinkage);
    }
}
