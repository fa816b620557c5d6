package org.drlput.common.delay;

import java.util.Arrays;

/**
 * The share of requests whose outcome has not come so long after them, although many were watched for a shorter time: the
 * product-limit estimate of {@code S(t)}. Most outcomes never come, so the curve does not fall to 0; what matters is how much of its
 * fall lies before t.
 *
 * <p>It is right if how late an outcome comes does not depend on when its request was made: the late requests, which were watched
 * for a short time only, are taken to be as slow as the early ones.
 *
 * <p>Source: Kaplan and Meier 1958, Nonparametric estimation from incomplete observations, section 2; for conversions Chapelle
 * 2014, Modeling delayed feedback in display advertising, section 3. Immutable.
 */
public final class SurvivalCurve {
    /** The window is cut into so many parts of one length. */
    static final int STEPS = 4096;

    private final long windowMillis;
    /** S at the beginning of each step, and at the end of the window: {@code [STEPS + 1]}. */
    private final double[] survival;
    /** Steps before the one in which nobody was watched any more. */
    private final int followedSteps;

    private SurvivalCurve(long windowMillis, double[] survival, int followedSteps) {
        this.windowMillis = windowMillis;
        this.survival = survival;
        this.followedSteps = followedSteps;
    }

    /**
     * @param came outcomes by the step of their delay
     * @param leftAlone rows without an outcome by the step in which watching ended before the window did
     */
    static SurvivalCurve of(long windowMillis, long rows, long[] came, long[] leftAlone) {
        double[] survival = new double[STEPS + 1];
        survival[0] = 1;
        long atRisk = rows;
        int followed = 0;
        for (int s = 0; s < STEPS; s++) {
            survival[s + 1] = atRisk > 0 ? survival[s] * (1 - (double) came[s] / atRisk) : survival[s];
            followed = atRisk > 0 ? s + 1 : followed;
            atRisk -= came[s] + leftAlone[s];
        }
        return new SurvivalCurve(windowMillis, survival, followed);
    }

    static int step(long millis, long windowMillis) {
        return (int) Math.min(STEPS - 1, Math.floor((double) millis / windowMillis * STEPS));
    }

    /** {@code S(t)}, of {@code t} within the window; linear within a step. */
    public double at(long millis) {
        double place = Math.max(0, Math.min(1, (double) millis / windowMillis)) * STEPS;
        int step = Math.min(STEPS - 1, (int) place);
        return survival[step] + (place - step) * (survival[step + 1] - survival[step]);
    }

    /** For how long somebody was watched, at most the window: of what comes later this log can tell nothing. */
    public long followedMillis() {
        return Math.round((double) followedSteps / STEPS * windowMillis);
    }

    public long windowMillis() {
        return windowMillis;
    }

    /** The share of requests whose outcome comes within the window, as far as it was followed. */
    public double comes() {
        return 1 - survival[STEPS];
    }

    /**
     * The chance that an outcome which comes within the window has come so long after its request, in [0, 1]; 1 where none ever
     * came.
     */
    public double seenWithin(long watchedMillis) {
        double all = comes();
        return all > 0 ? (1 - at(watchedMillis)) / all : 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SurvivalCurve curve
                && windowMillis == curve.windowMillis
                && Arrays.equals(survival, curve.survival);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(survival);
    }
}
