package org.drlput.common.objective;

import org.drlput.common.experiment.Experiment;
import org.drlput.common.gradient.RewardsSeen;

/**
 * What is taken off the reward, so that the gradient varies less.
 *
 * <p>Self-critical: what the policy itself has lately been worth, {@code Σρr / Σρ} over the latest steps. To follow it is to search
 * the multiplier of a translated reward: where {@code Σ ρ (r - λ)} is greatest and λ is that policy's own {@code Σρr / Σρ}, the
 * latter is greatest too.
 *
 * <p>Source: Rennie et al. 2017, arXiv 1612.00563 (the model's own greedy reward as baseline); Swaminathan and Joachims 2015, NIPS,
 * "The self-normalized estimator for counterfactual learning"; Joachims et al. 2018, ICLR, "Deep learning with logged bandit
 * feedback" (BanditNet); the search: Dinkelbach 1967.
 */
public final class Baselines {
    private Baselines() {}

    /** The baseline of a step: before any step the mean reward of the first pass. */
    public static double value(Experiment.Objective objective, RewardsSeen seen, RewardScale rewards) {
        if (objective.type() == Experiment.ObjectiveType.BANDIT_NET) {
            Double translation = objective.translation();
            return translation == null ? ownValue(seen, rewards) : rewards.mean() + translation * rewards.deviation();
        }
        return switch (objective.baseline()) {
            // what is learned is a prediction for each row, by the network
            case NONE, LEARNED -> 0;
            case RUNNING_MEAN -> seen.rows() == 0 ? rewards.mean() : seen.rewardSum() / seen.rows();
            case SELF_CRITICAL -> ownValue(seen, rewards);
        };
    }

    private static double ownValue(RewardsSeen seen, RewardScale rewards) {
        return seen.recentWeightSum() > 0 ? seen.recentWeightedRewardSum() / seen.recentWeightSum() : rewards.mean();
    }
}
