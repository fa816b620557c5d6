package org.drlput.server.optimizer;

import java.util.List;

/** How a run of weights is moved by its gradient. */
interface UpdateRule {
    /** Before the first {@link #apply} of a step. */
    void begin(long step);

    /**
     * Moves {@code weights[at .. at + n)} of a tensor by the gradient sums {@code sums[from .. from + n)}.
     *
     * @param inverseRows 1 / valid rows of the step
     */
    void apply(int tensor, float[] weights, int at, float[] sums, int from, int n, float inverseRows);

    List<Optimizer.State> state();
}
