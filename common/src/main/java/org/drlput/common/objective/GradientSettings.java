package org.drlput.common.objective;

import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;

/**
 * What the gradient of a micro-batch depends on beside weights and rows.
 *
 * @param rewards what a reward model's predictions are in units of
 * @param lossWeight of the reward model's squared error: 1 is as strong as the policy's own gradient
 * @param clipGradient greatest norm of a micro-batch's mean gradient; 0: off
 */
public record GradientSettings(
        Objective objective, Regularizers regularizers, RewardScale rewards, double lossWeight, double clipGradient) {
    /** Without predictions of the reward. */
    public GradientSettings(Objective objective, Regularizers regularizers, double clipGradient) {
        this(objective, regularizers, new RewardScale(0, 1), 1, clipGradient);
    }

    /** @param rewards of the first pass: what the experiment gives in deviations is in units of theirs */
    public static GradientSettings of(Experiment experiment, RewardScale rewards) {
        ActionSpace actions = ActionSpace.of(experiment.actions());
        return new GradientSettings(
                Objective.of(experiment.objective(), rewards, actions.size()),
                Regularizers.of(experiment.objective(), rewards, actions.manualAction()),
                rewards,
                experiment.objective().rewardModel().lossWeight(),
                experiment.optimizer().clipGradient());
    }
}
