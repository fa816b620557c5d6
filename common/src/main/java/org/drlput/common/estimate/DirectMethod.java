package org.drlput.common.estimate;

/**
 * Direct method: {@code V = Σ q̂(s, π) / n}, what the reward model says. Little variance; as biased as the model is wrong, and its
 * interval is of the states alone: it knows nothing of the model's error.
 *
 * <p>Source: Beygelzimer and Langford 2009, The offset tree, arXiv 0812.4044; named so in Dudík et al. 2011.
 */
record DirectMethod() implements MeanEstimator {
    @Override
    public String name() {
        return "dm";
    }

    @Override
    public boolean usesModel() {
        return true;
    }

    @Override
    public double factor(double weight) {
        return 0;
    }
}
