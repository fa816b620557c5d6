package org.drlput.common.objective;

import org.drlput.common.experiment.Experiment;

/**
 * What is maximized beside the objective, each in units of the reward.
 *
 * <ul>
 *   <li>entropy: {@code Σ c H(π(·|s))}. Source: Williams and Peng 1991, "Function optimization using connectionist reinforcement
 *       learning algorithms".
 *   <li>KL to behaviour: {@code -Σ c KL(π ‖ π_B)}, estimated by the logged actions as {@code ρ log ρ - ρ + 1}, never negative and 0
 *       at ρ = 1, whose gradient is {@code ρ log ρ ∇ log π}. Needs no propensity but the logged one. Source: Jaques et al. 2019,
 *       arXiv 1907.00456, section 4.2; the estimate: Schulman 2020, "Approximating KL divergence", k₃.
 *   <li>KL to manual: {@code -Σ c KL(manual ‖ π) = Σ c log π(manual|s)}. The manual setting is one action, so that this direction
 *       alone is finite. The greedy action leaves it where another one is worth more than about 2 c.
 *   <li>variance penalty: {@code -c m σ(u)}, with σ the deviation of the micro-batch's m weighted advantages u. Source: Swaminathan
 *       and Joachims 2015, JMLR 16, equation 8; Maurer and Pontil 2009, arXiv 0907.3740.
 * </ul>
 *
 * @param manualAction of KL to manual
 * @param variancePenalty c, a number without a unit
 */
public record Regularizers(
        double entropy, double klToBehaviour, double klToManual, int manualAction, double variancePenalty) {
    public static final Regularizers NONE = new Regularizers(0, 0, 0, 0, 0);

    /** @param manualAction of the experiment's grid */
    static Regularizers of(Experiment.Objective objective, RewardScale rewards, int manualAction) {
        return new Regularizers(
                objective.entropy() * rewards.deviation(),
                objective.klToBehaviour() * rewards.deviation(),
                objective.klToManual() * rewards.deviation(),
                manualAction,
                objective.variancePenalty());
    }

    /** Entropy alone. */
    public static Regularizers ofEntropy(double coefficient) {
        return new Regularizers(coefficient, 0, 0, 0, 0);
    }
}
