package org.drlput.common.estimate;

/**
 * Self-normalized inverse propensity scoring: {@code V = Σ ρ r / Σ ρ}, a mean of the rewards seen: never outside of them, and not
 * moved by adding a constant to all rewards. Biased by O(1/n). No estimate where no row matches.
 *
 * <p>Interval by the delta method: a row's influence is {@code ρ (r - V) / mean(ρ)}.
 *
 * <p>Source: Swaminathan and Joachims 2015, The self-normalized estimator for counterfactual learning, equation 6; its variance:
 * Owen 2013, Monte Carlo theory, methods and examples, section 9.2.
 */
final class Snips implements Estimator {
    @Override
    public String name() {
        return "snips";
    }

    @Override
    public Linearized value(RowMoments moments, int weight, int weightedReward) {
        return Linearized.mean(moments, weightedReward, LoggedRows.COLUMNS)
                .over(Linearized.mean(moments, weight, LoggedRows.COLUMNS));
    }
}
