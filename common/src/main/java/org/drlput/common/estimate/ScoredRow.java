package org.drlput.common.estimate;

/**
 * What an estimator of a policy sees of one logged row.
 *
 * @param reward r, what was logged
 * @param weight the importance weight ρ of the policy on the logged action, at least 0
 * @param modelOfPolicy q̂(s, π): the reward model's mean over the policy's actions in the row's state
 * @param modelOfAction q̂(s, a): the reward model's for the logged action
 */
record ScoredRow(double reward, double weight, double modelOfPolicy, double modelOfAction) {
    /** r - q̂(s, a): what the model does not explain. */
    double residual() {
        return reward - modelOfAction;
    }
}
