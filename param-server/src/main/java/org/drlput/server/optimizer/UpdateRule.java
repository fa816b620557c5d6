package org.drlput.server.optimizer;

import java.util.List;

/**
 * How weights are moved by their gradient, each by itself. Its state lies with whoever calls: arrays like the weights', zero at
 * first. All arrays are walked from index 0, so that the loops are vector loops.
 */
interface UpdateRule {
    /** Names of the state's arrays, in the order of {@code state} in {@link #apply}. */
    List<String> stateNames();

    /** Before the first {@link #apply} of an update, as in {@link Optimizer#step}. */
    void begin(long step, long update);

    /**
     * Moves {@code weights[0, n)} by the gradient sums {@code sums[0, n)}.
     *
     * @param state {@code [stateNames][n]}
     * @param inverseRows 1 / valid rows of the step
     * @param decay whether weight decay falls on these weights
     */
    void apply(float[] weights, float[][] state, float[] sums, int n, float inverseRows, boolean decay);
}
