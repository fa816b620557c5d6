package org.drlput.common.objective;

/**
 * Takes {@code c m σ(u)} off the sum of a micro-batch's m weighted advantages u: each is then weighed by
 * {@code 1 - c (u - ū) / σ}, so that few great ones count less than many of middling size. See {@link Regularizers}. Stateless.
 */
final class VariancePenalty {
    private VariancePenalty() {}

    /** Weighs {@code coefficients[0, rows)}, which are the weighted advantages as well; all equal ones stay. */
    static void apply(double[] coefficients, int rows, double penalty) {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += coefficients[row];
        }
        double mean = sum / rows;
        double squares = 0;
        for (int row = 0; row < rows; row++) {
            double off = coefficients[row] - mean;
            squares += off * off;
        }
        double deviation = Math.sqrt(squares / rows);
        // a NaN goes through: the guard names it
        if (deviation != 0) {
            for (int row = 0; row < rows; row++) {
                coefficients[row] *= 1 - penalty * (coefficients[row] - mean) / deviation;
            }
        }
    }
}
