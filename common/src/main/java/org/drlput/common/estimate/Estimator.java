package org.drlput.common.estimate;

/**
 * Estimates the value of a policy from rows that another one logged. Stateless.
 *
 * <p>Notation: n rows, ρ the importance weight of the policy on a row, r the row's reward.
 */
interface Estimator {
    /** As in {@code estimates} of an evaluation. */
    String name();

    /** The estimate of the policy whose ρ and ρr stand in the given columns of the moments. NaN where there is none. */
    Linearized value(RowMoments moments, int weight, int weightedReward);
}
