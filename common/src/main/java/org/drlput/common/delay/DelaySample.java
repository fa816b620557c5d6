package org.drlput.common.delay;

/**
 * What a log tells of one outcome's delay: after how long it came, or for how long it was waited for in vain. Counted in {@value
 * SurvivalCurve#STEPS} steps of the outcome's window: memory does not grow with the log. Mutable; one thread.
 */
public final class DelaySample {
    private final long windowMillis;
    private final long[] came = new long[SurvivalCurve.STEPS];
    private final long[] leftAlone = new long[SurvivalCurve.STEPS];
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

    public SurvivalCurve curve() {
        return SurvivalCurve.of(windowMillis, rows, came, leftAlone);
    }
}
