package org.drlput.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.drlput.common.client.RowSelection;
import org.drlput.common.client.TrainingSession;
import org.drlput.common.client.TrainingSession.PulledStep;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SummationTree;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.v1.CaptureKey;
import org.jspecify.annotations.Nullable;

/** A worker of lanes {@code [firstLane, endLane)}: pulls, computes, adds its lanes, pushes. One thread. */
public final class TestWorker {
    private final TrainingSession session;
    private final List<TensorSpec> tensors;
    private final int firstLane;
    private final int endLane;
    private final Parameters weights;
    private final RowSelection rows;
    private final SummationTree tree;
    private @Nullable CaptureKey lastCut;

    public TestWorker(TrainingSession session, List<TensorSpec> tensors, int firstLane, int endLane) {
        this.session = session;
        this.tensors = tensors;
        this.firstLane = firstLane;
        this.endLane = endLane;
        this.weights = new Parameters(tensors);
        this.rows = new RowSelection(tensors);
        this.tree = new SummationTree(tensors, firstLane, endLane);
    }

    /** All later pushes carry it. */
    void lastCut(CaptureKey key) {
        lastCut = key;
    }

    public PulledStep step(long step) {
        rows.clear();
        for (int lane = firstLane; lane < endLane; lane++) {
            for (int t = 0; t < tensors.size(); t++) {
                if (tensors.get(t).sparse()) {
                    int[] touched = SyntheticGradient.rows(tensors.get(t), step, lane);
                    rows.addAll(t, touched, touched.length);
                }
            }
        }
        PulledStep pulled = session.pull(step, rows, weights);
        List<CompletableFuture<?>> pushes = new ArrayList<>();
        for (int lane = firstLane; lane < endLane; lane++) {
            Contribution contribution = tree.take();
            SyntheticGradient.fill(contribution, step, lane, weights);
            tree.add(lane, 1, contribution);
            for (Subtree sum = tree.poll(); sum != null; sum = tree.poll()) {
                Contribution pushed = sum.contribution();
                pushes.add(session.push(step, sum, List.of(), lastCut).thenRun(() -> tree.release(pushed)));
            }
        }
        tree.reset();
        CompletableFuture.allOf(pushes.toArray(new CompletableFuture<?>[0])).join();
        return pulled;
    }

    /** All weights before a step. */
    public Parameters pullAll(long step) {
        rows.clear();
        rows.addAll();
        var unused = session.pull(step, rows, weights);
        return weights;
    }
}
