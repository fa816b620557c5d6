package org.drlput.server.optimizer;

import org.drlput.common.experiment.Experiment.Averaging;

/**
 * Averages weights over updates, at no cost for weights that do not change.
 *
 * <p>With ω_j the share of the weights {@code w_j} after update j, {@code Ω_t = ω_1 + .. + ω_t} and {@code Δ_j = w_j - w_{j-1}},
 * the average after update t is {@code w_t - G_t / Ω_t} with the <em>gap</em> {@code G_t = Σ Ω_{j-1} Δ_j} (summation by parts): a row
 * of a table that no sum touches has Δ = 0, and keeps its gap.
 *
 * <p>Tail: ω = 1 over the last share of the run's updates, and nothing before. Polynomial: {@code ω_j = j (j+1) .. (j+k-1)} over all
 * updates with {@code k = 1 / share - 1}, so that about the last share of the updates so far counts, whenever one looks.
 *
 * <p>Source: Polyak and Juditsky 1992, "Acceleration of stochastic approximation by averaging"; tail: Rakhlin et al. 2012, arXiv
 * 1109.5647, section 5; polynomial: Shamir and Zhang 2013, arXiv 1212.1824, equation 5.
 *
 * <p>Holds scratch space: one thread.
 */
final class WeightAverage {
    static final String STATE = "averageGap";

    private final long firstUpdate;
    private final int power;
    /** Ω before the current update. */
    private float before;

    private float[] old = new float[0];

    /** @param totalUpdates of the run */
    WeightAverage(Averaging averaging, long totalUpdates) {
        switch (averaging.type()) {
            case TAIL -> {
                firstUpdate = (long) Math.floor((1 - averaging.share()) * totalUpdates);
                power = 0;
            }
            case POLYNOMIAL -> {
                firstUpdate = 0;
                power = (int) Math.round(1 / averaging.share()) - 1;
            }
            default -> throw new IllegalArgumentException("averaging " + averaging.type());
        }
    }

    /** {@code Ω} after so many updates of the run; 0: averaging has not begun. */
    double total(long updates) {
        double t = Math.max(0, updates - firstUpdate);
        double total = t / (power + 1);
        for (int i = 1; i <= power; i++) {
            total *= t + i;
        }
        return total;
    }

    /** @param update how many were made before */
    void begin(long update) {
        before = (float) total(update);
    }

    /** Before {@code values[0, n)} change. */
    void remember(float[] values, int n) {
        if (before > 0) {
            if (old.length < n) {
                old = new float[n];
            }
            System.arraycopy(values, 0, old, 0, n);
        }
    }

    /** After the remembered values have changed. */
    void follow(float[] values, float[] gap, int n) {
        if (before > 0) {
            follow(values, old, gap, n, before);
        }
    }

    private static void follow(float[] values, float[] old, float[] gap, int n, float before) {
        for (int i = 0; i < n; i++) {
            gap[i] += before * (values[i] - old[i]);
        }
    }
}
