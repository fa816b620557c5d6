package org.drlput.common.delay;

/**
 * What a log tells of one outcome's delay: after how long it came, or for how long it was waited for in vain. Counted in {@value
 * SurvivalCurve#STEPS} steps of the outcome's window: memory does not grow with the log. Mutable; one thread.
 */
public final class DelaySample {
    private final long windowMillis;
    private final long[] came = new long[SurvivalCurve.STEPS];
    private final long[] leftAlone = new long[SurvivalCurve.STEPS];
    /** Rows by the step in which watching ended; the last: not before the window did. */
    private final long[] watchedFor = new long[SurvivalCurve.STEPS + 1];

    private long rows;
    private long seen;

    public DelaySample(long windowMillis) {
        if (windowMillis < 1) {
            throw new IllegalArgumentException("window of %d ms: expected at least 1".formatted(windowMillis));
        }
        this.windowMillis = windowMillis;
    }

    /**
     * Adds a row.
     *
     * @param delayMillis from the request to the outcome; -1: it was not seen
     * @param watchedMillis from the request to the end of watching
     */
    public void add(long delayMillis, long watchedMillis) {
        rows++;
        long watched = Math.max(0, watchedMillis);
        watchedFor[watched < windowMillis ? SurvivalCurve.step(watched, windowMillis) : SurvivalCurve.STEPS]++;
        if (delayMillis >= 0 && delayMillis <= Math.min(watched, windowMillis)) {
            seen++;
            came[SurvivalCurve.step(delayMillis, windowMillis)]++;
        } else if (watched < windowMillis) {
            leftAlone[SurvivalCurve.step(watched, windowMillis)]++;
        }
    }

    /** Rows that were added, whatever came of them. */
    public long rows() {
        return rows;
    }

    /** Rows whose outcome came within its window, and was seen. */
    public long seen() {
        return seen;
    }

    /** Mean over the rows of the chance that an outcome which comes has been seen; no chance counts as less than {@code least}. */
    double meanChance(SurvivalCurve curve, double least) {
        double sum = 0;
        for (int step = 0; step < watchedFor.length; step++) {
            long millis = Math.round((double) step / SurvivalCurve.STEPS * windowMillis);
            sum += watchedFor[step] * Math.max(least, curve.seenWithin(millis));
        }
        return rows == 0 ? 1 : sum / rows;
    }

    public SurvivalCurve curve() {
        return SurvivalCurve.of(windowMillis, rows, came, leftAlone);
    }
}
