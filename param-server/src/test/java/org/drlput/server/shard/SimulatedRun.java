package org.drlput.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.ContributionPool;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.gradient.SummationTree;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.drlput.server.SyntheticGradient;
import org.drlput.server.optimizer.Optimizer;

/** A small run, and what a plain loop makes of it: weights and totals before every step. */
final class SimulatedRun {
    static final int MICRO_BATCHES = 4;
    static final int STEPS = 7;
    static final RunPlan PLAN = new RunPlan(Experiment.Mode.STEP, MICRO_BATCHES, STEPS, 2, 0, 3, 1.0);

    static final List<TensorSpec> TENSORS = List.of(
            new TensorSpec("table", 7, 2, Role.EMBEDDING),
            new TensorSpec("weight", 5, 3, Role.DENSE),
            new TensorSpec("statistics", 4, 2, Role.STATISTIC),
            new TensorSpec("bias", 2, 1, Role.DENSE_NO_DECAY));

    private static final Experiment.Optimizer OPTIMIZER = new Experiment.Optimizer(
            Experiment.OptimizerType.ADAM_W, 0.05, 0, 0.9, 0.999, 1e-8, 0.1, Experiment.Schedule.COSINE, 0, 0);

    /** {@code [step]}: after so many steps. */
    private final List<Parameters> weights = new ArrayList<>();

    private final List<Metrics> totals = new ArrayList<>();

    SimulatedRun() {
        Parameters live = initial(new ShardLayout(1), 0);
        Metrics sums = new Metrics();
        Optimizer optimizer = Optimizer.of(OPTIMIZER, 0.1, STEPS, TENSORS);
        SummationTree tree = new SummationTree(TENSORS, 0, MICRO_BATCHES);
        for (long step = 0; step < STEPS; step++) {
            weights.add(copy(live));
            totals.add(copy(sums));
            for (int v = 0; v < MICRO_BATCHES; v++) {
                Contribution contribution = tree.take();
                fill(contribution, step, v, live);
                tree.add(v, 1, contribution);
            }
            Contribution sum = Objects.requireNonNull(tree.poll()).contribution();
            optimizer.step(live, sum, step);
            sums.follow(sum.metrics());
            tree.release(sum);
            tree.reset();
        }
        weights.add(live);
        totals.add(sums);
    }

    /** One in seven is refused by its worker, and all of step 3, which so needs no weights and may be complete before its time. */
    static boolean refused(long step, int microBatch) {
        return step == 3 || (step * 5 + microBatch * 3L) % 7 == 2;
    }

    static void fill(Contribution out, long step, int microBatch, Parameters whole) {
        if (refused(step, microBatch)) {
            out.metrics().refusedMicroBatches = 1;
        } else {
            SyntheticGradient.fill(out, step, microBatch, whole);
        }
    }

    static List<RefusedMicroBatch> allRefused() {
        List<RefusedMicroBatch> all = new ArrayList<>();
        for (long step = 0; step < STEPS; step++) {
            all.addAll(refused(step, 0, MICRO_BATCHES));
        }
        return all;
    }

    static List<RefusedMicroBatch> refused(long step, int firstLane, int lanes) {
        List<RefusedMicroBatch> list = new ArrayList<>();
        for (int v = firstLane; v < firstLane + lanes; v++) {
            if (refused(step, v)) {
                list.add(new RefusedMicroBatch(step, v, "block 3, row " + step));
            }
        }
        return list;
    }

    static List<TensorSpec> parts(ShardLayout layout, int shard) {
        return TENSORS.stream()
                .map(tensor -> tensor.withRows(layout.rowCount(tensor, shard)))
                .toList();
    }

    private static Parameters initial(ShardLayout layout, int shard) {
        Parameters part = new Parameters(parts(layout, shard));
        for (int t = 0; t < TENSORS.size(); t++) {
            Initializer.fill(TENSORS.get(t), layout.firstRow(TENSORS.get(t), shard), part.values(t), 9);
        }
        return part;
    }

    static RunState begin(ShardLayout layout, int shard) {
        List<TensorSpec> parts = parts(layout, shard);
        return RunState.initial(
                PLAN,
                initial(layout, shard),
                Optimizer.of(OPTIMIZER, 0.1, STEPS, parts),
                new ContributionPool(parts),
                1000);
    }

    /** A shard's part of a whole contribution, in a buffer of its pool. */
    static Contribution part(Contribution whole, ShardLayout layout, int shard, ContributionPool pool) {
        Contribution part = pool.take();
        part.metrics().add(whole.metrics());
        for (int t = 0; !whole.empty() && t < TENSORS.size(); t++) {
            TensorSpec tensor = TENSORS.get(t);
            int first = layout.firstRow(tensor, shard);
            int columns = tensor.columns();
            if (!tensor.sparse()) {
                System.arraycopy(whole.dense(t), first * columns, part.dense(t), 0, part.dense(t).length);
                continue;
            }
            for (int slot = 0; slot < whole.sparse(t).count(); slot++) {
                int row = whole.sparse(t).row(slot);
                if (layout.owner(tensor, row) == shard) {
                    part.sparse(t).addRow(row - first, whole.sparse(t).values(), slot * columns);
                }
            }
        }
        return part;
    }

    private static Metrics copy(Metrics metrics) {
        Metrics copy = new Metrics();
        copy.add(metrics);
        return copy;
    }

    static Parameters copy(Parameters values) {
        Parameters copy = new Parameters(values.tensors());
        for (int t = 0; t < values.tensors().size(); t++) {
            System.arraycopy(values.values(t), 0, copy.values(t), 0, copy.values(t).length);
        }
        return copy;
    }

    Metrics totals(long steps) {
        return totals.get((int) steps);
    }

    /** A shard's part has the bits that the plain loop has after so many steps. */
    void requireBits(String what, Parameters part, long steps, ShardLayout layout, int shard) {
        for (int t = 0; t < TENSORS.size(); t++) {
            int from = layout.firstRow(TENSORS.get(t), shard) * TENSORS.get(t).columns();
            float[] whole = weights.get((int) steps).values(t);
            float[] expected = java.util.Arrays.copyOfRange(whole, from, from + part.values(t).length);
            assertThat(part.values(t))
                    .as(
                            "%s of shard %d after %d steps: %s",
                            what, shard, steps, TENSORS.get(t).name())
                    .isEqualTo(expected);
        }
    }
}
