package org.drlput.common.estimate;

/** Which actions were logged, and how. Mutable; one thread. */
final class LoggedActions {
    /** Propensities are written with fewer digits, now and then. */
    private static final double TOLERANCE = 1e-4;

    private final long[] rows;
    private boolean uniform = true;

    LoggedActions(int actions) {
        rows = new long[actions];
    }

    void add(int actionId, double propensity) {
        rows[actionId]++;
        uniform &= Math.abs(propensity * rows.length - 1) < TOLERANCE;
    }

    /** Of each action. Live. */
    long[] rows() {
        return rows;
    }

    /** Whether every row's propensity is 1 / K. */
    boolean uniform() {
        return uniform;
    }
}
