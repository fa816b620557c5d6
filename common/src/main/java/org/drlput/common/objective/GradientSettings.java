package org.drlput.common.objective;

import org.drlput.common.experiment.Experiment;

/**
 * What the gradient of a micro-batch depends on beside weights and rows.
 *
 * @param entropyCoefficient what one nat of a row's entropy is worth, in units of the reward; 0: none
 * @param clipGradient greatest norm of a micro-batch's mean gradient; 0: off
 */
public record GradientSettings(Objective objective, double entropyCoefficient, double clipGradient) {
    /** {@code rewardDeviation}: of the first pass; the experiment's entropy is in units of it. */
    public static GradientSettings of(Experiment experiment, double rewardDeviation) {
        return new GradientSettings(
                Objective.of(experiment.objective()),
                experiment.objective().entropy() * rewardDeviation,
                experiment.optimizer().clipGradient());
    }
}
