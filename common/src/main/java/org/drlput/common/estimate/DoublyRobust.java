package org.drlput.common.estimate;

/**
 * Doubly robust: {@code V = Σ (q̂(s, π) + ρ (r - q̂(s, a))) / n}. Unbiased like {@link Ips} whatever the model, which was fitted on
 * other rows; the better the model, the less variance.
 *
 * <p>Source: Dudík, Langford and Li 2011, Doubly robust policy evaluation and learning, arXiv 1103.4601.
 */
record DoublyRobust() implements MeanEstimator {
    @Override
    public String name() {
        return "dr";
    }

    @Override
    public boolean usesModel() {
        return true;
    }

    @Override
    public double factor(double weight) {
        return weight;
    }
}
