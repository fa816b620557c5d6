package org.drlput.common.estimate;

/**
 * Inverse propensity scoring with weights cut at c: {@code V = Σ min(ρ, c) r / n}. Less variance than {@link Ips}; where weights are
 * above c it is biased towards 0, and its interval knows nothing of that.
 *
 * <p>Source: Ionides 2008, Truncated importance sampling, Journal of Computational and Graphical Statistics 17.
 *
 * @param clip c, above 0
 */
record ClippedIps(double clip) implements MeanEstimator {
    @Override
    public String name() {
        return "clippedIps";
    }

    @Override
    public boolean usesModel() {
        return false;
    }

    @Override
    public double factor(double weight) {
        return Math.min(weight, clip);
    }
}
