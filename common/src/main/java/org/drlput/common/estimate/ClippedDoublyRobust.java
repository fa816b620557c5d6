package org.drlput.common.estimate;

/**
 * Doubly robust with weights cut at c: {@code V = Σ (q̂(s, π) + min(ρ, c) (r - q̂(s, a))) / n}. Where weights are above c it leans
 * towards {@link DirectMethod}.
 *
 * <p>Source: Su, Dimakopoulou, Krishnamurthy and Dudík 2020, Doubly robust off-policy evaluation with shrinkage, arXiv 1907.09623, where
 * it is called pessimistic shrinkage.
 *
 * @param clip c, above 0
 */
record ClippedDoublyRobust(double clip) implements MeanEstimator {
    @Override
    public String name() {
        return "clippedDr";
    }

    @Override
    public boolean usesModel() {
        return true;
    }

    @Override
    public double factor(double weight) {
        return Math.min(weight, clip);
    }
}
