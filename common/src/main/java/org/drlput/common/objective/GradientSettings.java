package org.drlput.common.objective;

import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;

/**
 * What the gradient of a micro-batch depends on beside weights and rows.
 *
 * @param clipGradient greatest norm of a micro-batch's mean gradient; 0: off
 */
public record GradientSettings(Objective objective, Regularizers regularizers, double clipGradient) {
    /** @param rewards of the first pass: what the experiment gives in deviations is in units of theirs */
    public static GradientSettings of(Experiment experiment, RewardScale rewards) {
        return new GradientSettings(
                Objective.of(experiment.objective(), rewards),
                Regularizers.of(
                        experiment.objective(),
                        rewards,
                        ActionSpace.of(experiment.actions()).manualAction()),
                experiment.optimizer().clipGradient());
    }
}
