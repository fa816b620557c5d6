package org.drlput.common.objective;

/**
 * The direct method, the plain rival of policy gradients: the network's outputs predict the reward of each action, by least squares
 * over the logged ones, and the greedy action is the one of the greatest prediction. Propensities do not count.
 *
 * <p>Outputs are predictions in deviations from the mean reward; softmax of them is the stochastic policy.
 *
 * <p>Source: Beygelzimer and Langford 2009, arXiv 0812.4044, section 3 (the regression approach); Dudík et al. 2011, arXiv 1103.4601,
 * section 2.
 */
public record DirectMethod() implements Objective {
    /** Of the logged action's output alone: {@code advantage} is the reward less its own prediction. */
    @Override
    public double coefficient(double importanceWeight, double propensity, double advantage) {
        return advantage;
    }

    @Override
    public boolean predicts() {
        return true;
    }
}
