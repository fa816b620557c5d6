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
    /** {@code [bins, width]} */
    private final double[] sums;

    private final int[] columnOf;
    private final int few;
    /** Of rows without a match: {@code [bins, few]}. */
    private final double[] unmatched;

    private final int[] counts = new int[BINS];
    private long rows;
    private double @Nullable [] resampled;

    /**
     * @param columnOf of each column of a row the one of {@link #addUnmatched} that it is there; -1: it is 0
     * @param few how many columns those have
     */
    Bootstrap(int[] columnOf, int few) {
        width = columnOf.length;
        this.columnOf = columnOf.clone();
        this.few = few;
        sums = new double[BINS * width];
        unmatched = new double[BINS * few];
    }

    void add(double[] row) {
        add(row, width, sums);
    }

    /** Adds a row of which few columns say all. */
    void addUnmatched(double[] row) {
        add(row, few, unmatched);
    }

    private void add(double[] row, int columns, double[] to) {
        int bin = (int) (rows % BINS);
        int at = bin * columns;
        for (int i = 0; i < columns; i++) {
            to[at + i] += row[i];
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
        double[] all = sums.clone();
        for (int bin = 0; bin < bins; bin++) {
            for (int i = 0; i < width; i++) {
                all[bin * width + i] += columnOf[i] < 0 ? 0 : unmatched[bin * few + columnOf[i]];
            }
        }
        SplittableRandom random = new SplittableRandom(SEED);
        for (int b = 0; b < RESAMPLES; b++) {
            int to = b * width;
            long count = 0;
            for (int draw = 0; draw < bins; draw++) {
                int bin = random.nextInt(bins);
                count += counts[bin];
                for (int i = 0, at = bin * width; i < width; i++) {
                    means[to + i] += all[at + i];
                }
            }
            for (int i = 0; i < width; i++) {
                means[to + i] /= count;
            }
        }
        return means;
    }
}
