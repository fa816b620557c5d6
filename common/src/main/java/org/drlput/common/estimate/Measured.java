package org.drlput.common.estimate;

/**
 * One measure of a group of rows, ready to be judged.
 *
 * @param unsupportedShare by policy
 */
record Measured(LoggedRows rows, double[] unsupportedShare) {
    Evidence evidence(int policy) {
        return Evidence.of(rows.weights(policy), unsupportedShare[policy]);
    }
}
