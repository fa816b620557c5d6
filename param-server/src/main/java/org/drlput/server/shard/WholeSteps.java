package org.drlput.server.shard;

import org.drlput.common.gradient.ContributionPool;
import org.jspecify.annotations.Nullable;

/** One update a step: the sum of all its contributions along the tree, so that the order in which they come does not matter. */
final class WholeSteps implements Contributions {
    /** Of step s: {@code accumulators[s % window]}. */
    private final StepAccumulator[] accumulators;

    private long applied = -1;

    WholeSteps(RunPlan plan, ContributionPool pool) {
        accumulators = new StepAccumulator[plan.window()];
        for (int i = 0; i < accumulators.length; i++) {
            accumulators[i] = new StepAccumulator(pool, plan.microBatches());
        }
    }

    private StepAccumulator accumulator(long step) {
        return accumulators[(int) (step % accumulators.length)];
    }

    @Override
    public int present(Push push) {
        return accumulator(push.step()).present(push);
    }

    @Override
    public void add(Push push) {
        accumulator(push.step()).add(push);
    }

    @Override
    public @Nullable Update next(long step, long limit) {
        StepAccumulator accumulator = accumulator(step);
        if (step >= limit || !accumulator.full()) {
            return null;
        }
        return new Update(step, accumulator.lanes(), accumulator.sum(), accumulator.refused());
    }

    @Override
    public void applied(Update update) {
        accumulator(update.step()).release(update.sum());
        applied = update.step();
    }

    @Override
    public boolean complete(long step) {
        return applied == step;
    }

    @Override
    public void clear(long step) {
        accumulator(step).clear();
    }
}
