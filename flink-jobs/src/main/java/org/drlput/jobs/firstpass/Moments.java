package org.drlput.jobs.firstpass;

import org.drlput.common.log.FirstPassResult.NumericStatistics;

/**
 * Mean and deviation of numbers that come in blocks: within a block in two passes, blocks merged in the order they come.
 *
 * <p>Source: Chan, Golub, LeVeque, Algorithms for computing the sample variance, 1983, eq. 2.1.
 */
final class Moments {
    private long count;
    private double mean;
    /** Sum of squared distances from the mean. */
    private double squares;

    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private long missing;

    /** Adds {@code values[0, n)}; NaN is missing. */
    void addBlock(double[] values, int n) {
        long present = 0;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double x = values[i];
            if (Double.isNaN(x)) {
                missing++;
            } else {
                present++;
                sum += x;
                min = Math.min(min, x);
                max = Math.max(max, x);
            }
        }
        if (present == 0) {
            return;
        }
        double blockMean = sum / present;
        double blockSquares = 0;
        for (int i = 0; i < n; i++) {
            double distance = values[i] - blockMean;
            blockSquares += Double.isNaN(distance) ? 0 : distance * distance;
        }
        double delta = blockMean - mean;
        long total = count + present;
        squares += blockSquares + delta * delta * ((double) count * present / total);
        mean += delta * present / total;
        count = total;
    }

    /** Population standard deviation; 0 for no values. */
    double deviation() {
        return count == 0 ? 0 : Math.sqrt(squares / count);
    }

    double mean() {
        return mean;
    }

    NumericStatistics numeric() {
        // A constant feature's rounding error is not a scale.
        boolean constant = count == 0 || min == max;
        return new NumericStatistics(
                constant && count > 0 ? min : mean,
                constant ? 1 : deviation(),
                count == 0 ? 0 : min,
                count == 0 ? 0 : max,
                missing);
    }
}
