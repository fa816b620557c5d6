package org.drlput.server.shard;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.ContributionPool;
import org.drlput.common.gradient.SummationTree;

/** The contributions to one step, added along the tree as they come. Used again for a later step. */
final class StepAccumulator {
    private final SummationTree tree;
    private final int microBatches;
    /** Micro-batches whose contribution is here. */
    private final BitSet present;

    private final List<RefusedMicroBatch> refused = new ArrayList<>();

    StepAccumulator(ContributionPool pool, int microBatches) {
        this.tree = new SummationTree(pool, 0, microBatches);
        this.microBatches = microBatches;
        this.present = new BitSet(microBatches);
    }

    /** How many of a push's micro-batches are here already. */
    int present(Push push) {
        return present.get(push.firstLane(), push.firstLane() + push.lanes()).cardinality();
    }

    void add(Push push) {
        tree.add(push.firstLane(), push.lanes(), push.sum());
        present.set(push.firstLane(), push.firstLane() + push.lanes());
        refused.addAll(push.refused());
    }

    boolean full() {
        return present.cardinality() == microBatches;
    }

    int lanes() {
        return microBatches;
    }

    /** The sum over all micro-batches of a full step; given back by {@link #release}. */
    Contribution sum() {
        SummationTree.Subtree root = tree.poll();
        if (root == null) {
            throw new IllegalStateException("not full: " + present);
        }
        return root.contribution();
    }

    /** In the order of their micro-batches, however they came. */
    List<RefusedMicroBatch> refused() {
        refused.sort(Comparator.comparingInt(RefusedMicroBatch::microBatch));
        return List.copyOf(refused);
    }

    void release(Contribution sum) {
        tree.release(sum);
    }

    void clear() {
        tree.reset();
        present.clear();
        refused.clear();
    }
}
