package org.drlput.common.estimate;

/**
 * What an estimator of a policy sees of one logged row: a batch of one.
 *
 * @param reward r, what was logged
 * @param weight the importance weight ρ of the policy on the logged action, at least 0
 * @param modelOfPolicy q̂(s, π): the reward model's mean over the policy's actions in the row's state
 * @param modelOfAction q̂(s, a): the reward model's for the logged action
 */
record ScoredRow(double reward, double weight, double modelOfPolicy, double modelOfAction) {

    /** Adds a row as each of the policies sees it: they share its reward, and what the model says of the logged action. */
    static void addTo(LoggedRows rows, ScoredRow... byPolicy) {
        RowScores batch = RowScores.of(1, byPolicy.length, 1);
        batch.rowWeight()[0] = 1;
        batch.reward()[0][0] = byPolicy[0].reward();
        batch.modelOfAction()[0][0] = byPolicy[0].modelOfAction();
        for (int p = 0; p < byPolicy.length; p++) {
            batch.weight()[p][0] = byPolicy[p].weight();
            batch.modelOfPolicy()[0][p][0] = byPolicy[p].modelOfPolicy();
        }
        rows.add(batch, 0, 0);
    }
}
