package org.drlput.server.shard;

import org.drlput.common.experiment.Experiment.Mode;
import org.drlput.common.gradient.ContributionPool;
import org.jspecify.annotations.Nullable;

/**
 * Contributions to the steps of the window, and how they become updates. A step's lanes are present once they are added, and until
 * the step is cleared.
 */
interface Contributions {
    /** How many of a push's micro-batches were added before. */
    int present(Push push);

    /** Takes a push of which nothing is present. */
    void add(Push push);

    /**
     * Takes out what may be applied now, to be given back by {@link #applied}; null: nothing.
     *
     * @param step the first incomplete one
     * @param limit contributions to steps from this one on are held
     */
    @Nullable
    Update next(long step, long limit);

    void applied(Update update);

    /** Whether all of this step is applied. */
    boolean complete(long step);

    /** Makes room for another step. */
    void clear(long step);

    static Contributions of(RunPlan plan, ContributionPool pool) {
        return plan.mode() == Mode.ASYNC ? new EachPush(plan, pool) : new WholeSteps(plan, pool);
    }
}
