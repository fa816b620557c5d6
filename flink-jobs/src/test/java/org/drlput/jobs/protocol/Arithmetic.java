package org.drlput.jobs.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Mode;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.ContributionPool;
import org.drlput.common.gradient.SummationTree;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.shard.RunPlan;
import org.drlput.server.shard.RunState;

/**
 * What a simulated run computes. In mode step, gradients of the weights, so that a wrong weight spreads, and Adam, so that a lost
 * moment does. In the other modes the gradient of micro-batch v of step s is a power of two of its own and the optimizer adds it: no
 * rounding, so that the same contributions give every shard the same value in whatever order. In all modes the count of clipped rows
 * has a digit for each micro-batch, which counts how often it was applied.
 */
final class Arithmetic {
    static final int MICRO_BATCHES = 4;
    private static final int DIGIT_BITS = 2;
    private static final List<TensorSpec> TENSORS =
            List.of(new TensorSpec("table", 4, 1, Role.EMBEDDING), new TensorSpec("weight", 3, 1, Role.DENSE));

    private final RunPlan plan;
    private final Experiment.Optimizer optimizer;
    /** After so many steps; where the mode lets them be known. */
    private final List<Parameters> ideal = new ArrayList<>();

    Arithmetic(Mode mode, int steps, int versionEvery) {
        int staleness = mode == Mode.BOUNDED ? 1 : mode == Mode.ASYNC ? 2 : 0;
        plan = new RunPlan(mode, MICRO_BATCHES, steps, mode == Mode.BOUNDED ? 3 : 2, staleness, versionEvery, 1);
        optimizer = mode == Mode.STEP
                ? new Experiment.Optimizer(
                        Experiment.OptimizerType.ADAM, 0.1, 0, 0.9, 0.99, 1e-8, 0, Experiment.Schedule.LINEAR, 0, 0)
                : new Experiment.Optimizer(
                        Experiment.OptimizerType.SGD, 1, 0, 0, 0, 1e-8, 0, Experiment.Schedule.CONSTANT, 0, 0);
        RunState state = initial(new ShardLayout(1), 0);
        ideal.add(state.weights().copy());
        for (long step = 0; step < steps && mode != Mode.ASYNC; step++) {
            state.optimizer().step(state.weights(), sum(step, 0, MICRO_BATCHES, state.weights()), step);
            ideal.add(state.weights().copy());
        }
    }

    RunPlan plan() {
        return plan;
    }

    Mode mode() {
        return plan.mode();
    }

    RunState initial(ShardLayout layout, int shard) {
        List<TensorSpec> parts = parts(layout, shard);
        Parameters weights = new Parameters(parts);
        if (plan.mode() == Mode.STEP) {
            for (int t = 0; t < parts.size(); t++) {
                for (int row = 0; row < weights.values(t).length; row++) {
                    weights.values(t)[row] = 1f / (3 + layout.firstRow(TENSORS.get(t), shard) + row);
                }
            }
        }
        return RunState.initial(plan, weights, optimizer(parts), new ContributionPool(parts), 0);
    }

    Optimizer optimizer(List<TensorSpec> parts) {
        return Optimizer.of(optimizer, 0.1, plan.totalSteps(), parts);
    }

    static List<TensorSpec> parts(ShardLayout layout, int shard) {
        List<TensorSpec> parts = new ArrayList<>();
        for (TensorSpec tensor : TENSORS) {
            parts.add(tensor.withRows(layout.rowCount(tensor, shard)));
        }
        return parts;
    }

    static Parameters whole() {
        return new Parameters(TENSORS);
    }

    /** A shard's part of a whole contribution, in a buffer of its pool. */
    static Contribution part(Contribution whole, ShardLayout layout, int shard, ContributionPool pool) {
        Contribution part = pool.take();
        part.metrics().add(whole.metrics());
        if (!whole.empty()) {
            copyRows(whole.dense(1), part.dense(1), 1, layout, shard, false);
            int first = layout.firstRow(TENSORS.get(0), shard);
            int count = layout.rowCount(TENSORS.get(0), shard);
            for (int slot = 0; slot < whole.sparse(0).count(); slot++) {
                int row = whole.sparse(0).row(slot) - first;
                if (row >= 0 && row < count) {
                    part.sparse(0).addRow(row, whole.sparse(0).values(), slot);
                }
            }
        }
        return part;
    }

    /** Copies a shard's rows of tensor-shaped arrays into, or out of, whole ones. */
    static void copyRows(float[] whole, float[] part, int tensor, ShardLayout layout, int shard, boolean intoWhole) {
        int at = layout.firstRow(TENSORS.get(tensor), shard);
        if (intoWhole) {
            System.arraycopy(part, 0, whole, at, part.length);
        } else {
            System.arraycopy(whole, at, part, 0, part.length);
        }
    }

    static int tensor(String name) {
        return TENSORS.get(0).name().equals(name) ? 0 : 1;
    }

    /** The sum over an aligned subtree. */
    Contribution sum(long step, int firstLane, int lanes, Parameters weights) {
        SummationTree tree = new SummationTree(TENSORS, firstLane, firstLane + lanes);
        for (int v = firstLane; v < firstLane + lanes; v++) {
            Contribution one = tree.take();
            fill(one, step, v, weights);
            tree.add(v, 1, one);
        }
        SummationTree.Subtree root = tree.poll();
        if (root == null) {
            throw new IllegalArgumentException("no aligned subtree: " + firstLane + "+" + lanes);
        }
        return root.contribution();
    }

    private void fill(Contribution out, long step, int microBatch, Parameters weights) {
        out.metrics().clippedRows = digit(step, microBatch);
        if (plan.mode() == Mode.STEP && (step * 5 + microBatch * 3L) % 7 == 2) {
            return; // an empty one
        }
        out.metrics().rows = 1;
        out.metrics().rewardSum = 0.1 * (microBatch + 1);
        for (int row = 0; row < 4; row++) {
            if (plan.mode() == Mode.STEP && (row + microBatch) % 3 == 0) {
                continue;
            }
            int slot = out.sparse(0).touch(row);
            out.sparse(0).values()[slot] = gradient(step, microBatch, weights.values(0)[row]);
        }
        for (int row = 0; row < 3; row++) {
            out.dense(1)[row] = gradient(step, microBatch, weights.values(1)[row]);
        }
    }

    private float gradient(long step, int microBatch, float weight) {
        return plan.mode() == Mode.STEP
                ? 0.5f * weight + 0.3f * step - 0.7f * microBatch + 0.1f
                : (float) (1L << (step * MICRO_BATCHES + microBatch));
    }

    private static long digit(long step, int microBatch) {
        return 1L << (DIGIT_BITS * (step * MICRO_BATCHES + microBatch));
    }

    /** Every micro-batch of every step below a boundary once, and nothing else. */
    static long onceUpTo(long boundary) {
        long all = 0;
        for (long step = 0; step < boundary; step++) {
            for (int v = 0; v < MICRO_BATCHES; v++) {
                all += digit(step, v);
            }
        }
        return all;
    }

    /** Whether nothing was applied twice: no digit is above 1. */
    static boolean nothingTwice(long counted) {
        return (counted & 0xAAAA_AAAA_AAAA_AAAAL) == 0;
    }

    static String describe(long counted) {
        StringBuilder text = new StringBuilder();
        for (long step = 0; counted >> Math.min(63, DIGIT_BITS * step * MICRO_BATCHES) != 0; step++) {
            for (int v = 0; v < MICRO_BATCHES; v++) {
                text.append((counted >> (DIGIT_BITS * (step * MICRO_BATCHES + v))) & 3);
            }
            text.append(' ');
        }
        return text.toString().strip();
    }

    /** The weights of a shard's part after so many steps are those of the undisturbed run; asynchronously, one value everywhere. */
    void requireWeights(String what, Parameters part, long steps, ShardLayout layout, int shard) {
        if (plan.mode() == Mode.ASYNC) {
            float first = part.values(0).length > 0 ? part.values(0)[0] : part.values(1)[0];
            for (int t = 0; t < TENSORS.size(); t++) {
                for (float value : part.values(t)) {
                    Violation.unless(value == first, "%s of shard %d is torn: %s and %s", what, shard, first, value);
                }
            }
            return;
        }
        Parameters whole = ideal.get((int) steps);
        for (int t = 0; t < TENSORS.size(); t++) {
            float[] values = part.values(t);
            int at = layout.firstRow(TENSORS.get(t), shard);
            if (!Arrays.equals(whole.values(t), at, at + values.length, values, 0, values.length)) {
                throw new Violation("%s of shard %d after %d steps differs from the undisturbed run's: %s is %s"
                        .formatted(what, shard, steps, TENSORS.get(t).name(), Arrays.toString(values)));
            }
        }
    }
}
