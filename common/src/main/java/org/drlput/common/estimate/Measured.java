package org.drlput.common.estimate;

import java.util.Arrays;

/**
 * One measure of a group of rows, ready to be judged.
 *
 * @param unsupportedShare by policy
 * @param expectedSampleSize by policy; NaN where the rows' actions were not drawn uniformly
 */
record Measured(LoggedRows rows, double[] unsupportedShare, double[] expectedSampleSize) {

    /** Of rows whose actions were not drawn uniformly. */
    Measured(LoggedRows rows, double[] unsupportedShare) {
        this(rows, unsupportedShare, unknown(unsupportedShare.length));
    }

    private static double[] unknown(int policies) {
        double[] unknown = new double[policies];
        Arrays.fill(unknown, Double.NaN);
        return unknown;
    }

    Evidence evidence(int policy) {
        return Evidence.of(rows.weights(policy), unsupportedShare[policy], expectedSampleSize[policy]);
    }
}
