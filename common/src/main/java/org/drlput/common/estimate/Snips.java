package org.drlput.common.estimate;

import java.util.List;

/**
 * Self-normalized inverse propensity scoring: {@code V = Σ ρ r / Σ ρ}, a mean of the rewards seen: never outside of them, and not
 * moved by adding a constant to all rewards. Biased by O(1/n). No estimate where no row matches.
 *
 * <p>Interval by the delta method: a row's influence is {@code ρ (r - V) / mean(ρ)}.
 *
 * <p>Source: Swaminathan and Joachims 2015, The self-normalized estimator for counterfactual learning, equation 6; its variance:
 * Owen 2013, Monte Carlo theory, methods and examples, section 9.2.
 */
record Snips() implements Estimator {
    private static final Ips WEIGHTED_REWARD = new Ips();

    @Override
    public String name() {
        return "snips";
    }

    @Override
    public boolean usesModel() {
        return false;
    }

    @Override
    public List<Term> terms() {
        return List.of(WEIGHTED_REWARD);
    }

    @Override
    public Linearized value(PolicyMeans policy) {
        return policy.mean(WEIGHTED_REWARD).over(policy.weight());
    }
}
