package org.drlput.common.estimate;

import java.util.Arrays;

/**
 * Means, covariances and ranges of some numbers of each logged row. Every estimator here is a smooth function of the means, so this is all
 * that has to be kept, however many rows there are. Mutable; one thread; the same bits for the same rows in the same order.
 *
 * <p>Source: Welford 1962, Note on a method for calculating corrected sums of squares and products: no cancellation, whatever
 * the size of the means.
 */
final class RowMoments implements Means {
    private final int width;
    private final double[] mean;
    /** Σ (x - mean(x)) (y - mean(y)): {@code [width, width]}, of which y <= x is kept. */
    private final double[] comoment;

    private final double[] least;
    private final double[] greatest;
    private final double[] delta;
    private long count;

    RowMoments(int width) {
        this.width = width;
        mean = new double[width];
        comoment = new double[width * width];
        delta = new double[width];
        least = new double[width];
        greatest = new double[width];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Arrays.fill(greatest, Double.NEGATIVE_INFINITY);
    }

    /** Adds a row's numbers, {@code row[0, width)}. */
    void add(double[] row) {
        count++;
        double share = 1.0 / count;
        for (int i = 0; i < width; i++) {
            delta[i] = row[i] - mean[i];
            mean[i] += delta[i] * share;
            least[i] = Math.min(least[i], row[i]);
            greatest[i] = Math.max(greatest[i], row[i]);
        }
        double rest = 1 - share;
        for (int i = 0; i < width; i++) {
            double d = delta[i] * rest;
            for (int j = 0; j <= i; j++) {
                comoment[i * width + j] += d * delta[j];
            }
        }
    }

    /**
     * Those of these rows and of others together, whose numbers are {@code others.row[columnOf[i]]}, or 0 where that is -1.
     *
     * <p>Source: Chan, Golub and LeVeque 1979, Updating formulae and a pairwise algorithm for computing sample variances, equation 2.1.
     */
    RowMoments with(RowMoments others, int[] columnOf) {
        if (others.count == 0) {
            return this;
        }
        RowMoments all = new RowMoments(width);
        all.count = count + others.count;
        double share = (double) others.count / all.count;
        for (int i = 0; i < width; i++) {
            int from = columnOf[i];
            delta[i] = (from < 0 ? 0 : others.mean[from]) - mean[i];
            all.mean[i] = mean[i] + delta[i] * share;
            all.least[i] = Math.min(least[i], from < 0 ? 0 : others.least[from]);
            all.greatest[i] = Math.max(greatest[i], from < 0 ? 0 : others.greatest[from]);
        }
        double weight = count * share;
        for (int i = 0; i < width; i++) {
            for (int j = 0; j <= i; j++) {
                all.comoment[i * width + j] = comoment[i * width + j]
                        + others.between(columnOf[i], columnOf[j])
                        + weight * delta[i] * delta[j];
            }
        }
        return all;
    }

    private double between(int i, int j) {
        return i < 0 || j < 0 ? 0 : comoment[Math.max(i, j) * width + Math.min(i, j)];
    }

    long count() {
        return count;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public double mean(int i) {
        return mean[i];
    }

    /** Sample covariance, divided by n - 1; NaN for fewer than two rows. */
    private double covariance(int i, int j) {
        return comoment[Math.max(i, j) * width + Math.min(i, j)] / (count - 1);
    }

    /** A bound of how far {@code gradient · row} of two rows seen can be apart. */
    double range(double[] gradient) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            if (gradient[i] != 0) {
                sum += Math.abs(gradient[i]) * (greatest[i] - least[i]);
            }
        }
        return sum;
    }

    /** Sample variance of {@code gradient · row}. */
    double variance(double[] gradient) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                sum += gradient[i] * gradient[j] * covariance(i, j);
            }
        }
        // rounding may leave a hair below zero
        return Double.isNaN(sum) ? sum : Math.max(0, sum);
    }
}
