package org.drlput.common.gradient;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import org.drlput.common.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;

/**
 * The fixed binary tree over the V micro-batches of a step: adds contributions of neighbours as soon as both are there, the lower
 * one always left, so that a sum has the same bits whoever adds it and whatever arrives first.
 *
 * <p>A worker makes one over its lanes {@code [first, end)} and gets the sum of each largest aligned subtree of them; a shard
 * makes one over all V lanes and gets one root. Buffers are pooled: lanes added in order need at most log2(V) + 1 of them. Not
 * thread-safe.
 */
public final class SummationTree {
    /** The sum of micro-batches {@code [firstLane, firstLane + lanes)}; lanes is a power of two that divides firstLane. */
    public record Subtree(int firstLane, int lanes, Contribution contribution) {}

    private final ContributionPool pool;
    private final int firstLane;
    private final int endLane;
    /** The subtree that starts at a lane and waits for its sibling; null: none. */
    private final @Nullable Subtree[] waiting;

    private final ArrayDeque<Subtree> complete = new ArrayDeque<>();
    /** Lanes of the current step that were added, from {@link #firstLane} on. */
    private final BitSet added = new BitSet();

    public SummationTree(List<TensorSpec> tensors, int firstLane, int endLane) {
        this(new ContributionPool(tensors), firstLane, endLane);
    }

    /** A tree that shares its buffers, with other trees say. */
    public SummationTree(ContributionPool pool, int firstLane, int endLane) {
        if (firstLane < 0 || endLane <= firstLane) {
            throw new IllegalArgumentException(
                    "lanes: found [%d, %d), expected at least one lane from 0 on".formatted(firstLane, endLane));
        }
        this.pool = pool;
        this.firstLane = firstLane;
        this.endLane = endLane;
        this.waiting = new @Nullable Subtree[endLane - firstLane];
    }

    /** A cleared contribution to fill and {@link #add}; owned by the caller until then. */
    public Contribution take() {
        return pool.take();
    }

    /** Gives a contribution back that is needed no more: one that was taken and not added, or polled. */
    public void release(Contribution contribution) {
        pool.release(contribution);
    }

    /** Adds the sum of an aligned subtree, which now belongs to the tree. */
    public void add(int lane, int lanes, Contribution contribution) {
        if (lanes < 1
                || Integer.bitCount(lanes) != 1
                || lane % lanes != 0
                || lane < firstLane
                || lane + lanes > endLane) {
            throw new IllegalArgumentException("lanes [%d, %d): expected an aligned subtree of [%d, %d)"
                    .formatted(lane, lane + lanes, firstLane, endLane));
        }
        int bit = added.nextSetBit(lane - firstLane);
        if (bit >= 0 && bit < lane - firstLane + lanes) {
            throw new IllegalArgumentException(
                    "lanes [%d, %d): lane %d was added before".formatted(lane, lane + lanes, firstLane + bit));
        }
        added.set(lane - firstLane, lane - firstLane + lanes);
        merge(new Subtree(lane, lanes, contribution));
    }

    private void merge(Subtree start) {
        Subtree subtree = start;
        while (!largest(subtree)) {
            int lanes = subtree.lanes();
            boolean left = subtree.firstLane() % (2 * lanes) == 0;
            int siblingAt = (left ? subtree.firstLane() + lanes : subtree.firstLane() - lanes) - firstLane;
            Subtree sibling = waiting[siblingAt];
            if (sibling == null || sibling.lanes() != lanes) {
                waiting[subtree.firstLane() - firstLane] = subtree;
                return;
            }
            waiting[siblingAt] = null;
            Subtree lower = left ? subtree : sibling;
            Subtree upper = left ? sibling : subtree;
            lower.contribution().add(upper.contribution());
            pool.release(upper.contribution());
            subtree = new Subtree(lower.firstLane(), 2 * lanes, lower.contribution());
        }
        complete.add(subtree);
    }

    /** Whether the parent reaches outside of the lanes. */
    private boolean largest(Subtree subtree) {
        int parent = 2 * subtree.lanes();
        int start = subtree.firstLane() / parent * parent;
        return start < firstLane || start + parent > endLane;
    }

    /** A finished sum of a largest aligned subtree, or null; it belongs to the caller until {@link #release}. */
    public @Nullable Subtree poll() {
        return complete.poll();
    }

    /** Whether every lane was added since the last {@link #reset}. */
    public boolean full() {
        return added.cardinality() == endLane - firstLane;
    }

    /** Ready for the next step: what was added and not polled goes back to the pool. */
    public void reset() {
        added.clear();
        for (int i = 0; i < waiting.length; i++) {
            Subtree subtree = waiting[i];
            if (subtree != null) {
                pool.release(subtree.contribution());
                waiting[i] = null;
            }
        }
        for (Subtree subtree = complete.poll(); subtree != null; subtree = complete.poll()) {
            pool.release(subtree.contribution());
        }
    }
}
