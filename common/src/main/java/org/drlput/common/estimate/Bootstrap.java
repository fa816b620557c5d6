package org.drlput.common.estimate;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The bootstrap over logged rows, in memory that does not grow with them: row i is added to bin i mod {@value #BINS}, and bins are
 * drawn in place of rows. Up to {@value #BINS} rows a bin is a row; beyond, sums of as many rows each have the variance and the
 * skewness that the mean's distribution asks for. Seeded: the same rows in the same order give the same intervals. Mutable; one
 * thread.
 *
 * <p>Source: Efron 1979, Bootstrap methods, with percentile intervals: Efron and Tibshirani 1993, section 13.3.
 */
final class Bootstrap {
    static final int BINS = 1024;
    static final int RESAMPLES = 1000;
    private static final long SEED = 20_251_201;
    private static final double TAIL = 0.025;

    private final int width;
    private final double[] sums;
    private final int[] counts = new int[BINS];
    private long rows;
    private double @Nullable [] resampled;

    Bootstrap(int width) {
        this.width = width;
        sums = new double[BINS * width];
    }

    void add(double[] row) {
        int bin = (int) (rows % BINS);
        int at = bin * width;
        for (int i = 0; i < width; i++) {
            sums[at + i] += row[i];
        }
        counts[bin]++;
        rows++;
        resampled = null;
    }

    /** The means of one resample. */
    private record Resample(double[] means, int from, int width) implements Means {
        @Override
        public double mean(int column) {
            return means[from + column];
        }
    }

    /** The middle 95 % of a quantity over resamples; null where it is not finite in some of them. */
    @Nullable
    Interval interval(Quantity quantity) {
        double[] means = resampled;
        if (means == null) {
            means = resample();
            resampled = means;
        }
        double[] values = new double[RESAMPLES];
        for (int b = 0; b < RESAMPLES; b++) {
            values[b] = quantity.of(new Resample(means, b * width, width)).value();
            if (!Double.isFinite(values[b])) {
                return null;
            }
        }
        Arrays.sort(values);
        int cut = (int) Math.round(TAIL * RESAMPLES);
        return new Interval(values[cut - 1], values[RESAMPLES - cut]);
    }

    private double[] resample() {
        int bins = (int) Math.min(BINS, rows);
        double[] means = new double[RESAMPLES * width];
        SplittableRandom random = new SplittableRandom(SEED);
        for (int b = 0; b < RESAMPLES; b++) {
            int to = b * width;
            long count = 0;
            for (int draw = 0; draw < bins; draw++) {
                int bin = random.nextInt(bins);
                count += counts[bin];
                for (int i = 0, at = bin * width; i < width; i++) {
                    means[to + i] += sums[at + i];
                }
            }
            for (int i = 0; i < width; i++) {
                means[to + i] /= count;
            }
        }
        return means;
    }
}
