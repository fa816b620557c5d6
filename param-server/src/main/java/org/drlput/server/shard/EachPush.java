package org.drlput.server.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.drlput.common.gradient.ContributionPool;
import org.jspecify.annotations.Nullable;

/** Asynchronous: each push is an update by its own mean, in the order in which they come; what is after the limit waits. */
final class EachPush implements Contributions {
    private final int microBatches;
    private final ContributionPool pool;
    /** Lanes of step s that are here or applied: {@code present[s % window]}; {@code left} counts those not yet applied. */
    private final List<BitSet> present = new ArrayList<>();

    private final int[] left;
    private final Deque<Push> waiting = new ArrayDeque<>();

    EachPush(RunPlan plan, ContributionPool pool) {
        this.microBatches = plan.microBatches();
        this.pool = pool;
        this.left = new int[plan.window()];
        for (int i = 0; i < left.length; i++) {
            present.add(new BitSet(microBatches));
            left[i] = microBatches;
        }
    }

    private int slot(long step) {
        return (int) (step % left.length);
    }

    @Override
    public int present(Push push) {
        return present.get(slot(push.step()))
                .get(push.firstLane(), push.firstLane() + push.lanes())
                .cardinality();
    }

    @Override
    public void add(Push push) {
        present.get(slot(push.step())).set(push.firstLane(), push.firstLane() + push.lanes());
        waiting.addLast(push);
    }

    @Override
    public @Nullable Update next(long step, long limit) {
        for (Iterator<Push> pushes = waiting.iterator(); pushes.hasNext(); ) {
            Push push = pushes.next();
            if (push.step() < limit) {
                pushes.remove();
                return new Update(push.step(), push.lanes(), push.sum(), push.refused());
            }
        }
        return null;
    }

    @Override
    public void applied(Update update) {
        left[slot(update.step())] -= update.lanes();
        pool.release(update.sum());
    }

    @Override
    public boolean complete(long step) {
        return left[slot(step)] == 0;
    }

    @Override
    public void clear(long step) {
        present.get(slot(step)).clear();
        left[slot(step)] = microBatches;
    }
}
