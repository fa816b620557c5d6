package org.drlput.common.estimate;

/**
 * What estimators see of the rows of one batch, column by column: buffers that are filled anew for each. Owned by one thread.
 *
 * @param rowWeight {@code [rows]}: how often all traffic has the like of a row; 1 where rows are not reweighted
 * @param reward {@code [measures][rows]}: r, what was logged
 * @param weight {@code [policies][rows]}: the importance weight ρ of a policy on the logged action, at least 0
 * @param modelOfPolicy {@code [measures][policies][rows]}: q̂(s, π), the reward model's mean over the policy's actions in the row's
 *     state; 0 without a model
 * @param modelOfAction {@code [measures][rows]}: q̂(s, a), the model's for the logged action; looked at only where some ρ is above 0
 */
record RowScores(
        double[] rowWeight,
        double[][] reward,
        double[][] weight,
        double[][][] modelOfPolicy,
        double[][] modelOfAction) {

    static RowScores of(int measures, int policies, int rows) {
        return new RowScores(
                new double[rows],
                new double[measures][rows],
                new double[policies][rows],
                new double[measures][policies][rows],
                new double[measures][rows]);
    }

    /** Whether the row says something of some policy: its logged action has a chance under it. */
    boolean matches(int row) {
        for (double[] ofPolicy : weight) {
            if (ofPolicy[row] != 0) {
                return true;
            }
        }
        return false;
    }
}
