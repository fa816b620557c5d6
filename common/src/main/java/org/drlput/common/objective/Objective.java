package org.drlput.common.objective;

import org.drlput.common.experiment.Experiment;

/**
 * What is maximized, as the policy gradient sees it: a row adds {@code coefficient · ∇ log π(a|s)}. Stateless, any thread.
 */
public interface Objective {
    /**
     * The factor of one row's {@code ∇ log π(a|s)}.
     *
     * @param importanceWeight ρ = π_θ(a|s) / π_B(a|s), ≥ 0
     * @param propensity π_B(a|s), in (0, 1]
     * @param advantage reward minus baseline
     */
    double coefficient(double importanceWeight, double propensity, double advantage);

    /** Whether the objective takes less than the importance weight: such rows are counted. */
    default boolean clips(double importanceWeight) {
        return false;
    }

    /** Whether what the reward model predicts under the policy is maximized too. */
    default boolean maximizesPredictions() {
        return false;
    }

    /** Whether the outputs are predictions of the reward in place of logits: the coefficient is of the logged one alone. */
    default boolean predicts() {
        return false;
    }

    /** The objective that an experiment asks for; BanditNet's translation is the baseline's. */
    static Objective of(Experiment.Objective objective, RewardScale rewards, int actions) {
        return switch (objective.type()) {
            case IPS, BANDIT_NET -> new Ips();
            case CLIPPED_IPS -> new ClippedIps(objective.clipWeight());
            case LOG_LIKELIHOOD -> new LogLikelihood();
            case REWARD_LIKELIHOOD -> RewardLikelihood.of(objective.noise(), rewards, actions);
            case DOUBLY_ROBUST -> new DoublyRobust(objective.clipWeight());
            case DIRECT_METHOD -> new DirectMethod();
            case LOGARITHMIC_SMOOTHING -> new LogarithmicSmoothing(objective.smoothing(), rewards.unit());
        };
    }
}
