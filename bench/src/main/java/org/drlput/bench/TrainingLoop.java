package org.drlput.bench;

import java.util.SplittableRandom;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SummationTree;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.objective.ClippedIps;
import org.drlput.common.objective.GradientSettings;
import org.drlput.common.objective.MicroBatchTrainer;
import org.drlput.common.objective.Regularizers;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.server.optimizer.Optimizer;

/**
 * Steps of one worker and one shard in one thread, over encoded rows in memory: gather, forward, loss, backward, guard, tree sum,
 * Adam. The rows are uniform: any action, reward 1 in ten; as the peers have them.
 */
final class TrainingLoop {
    private static final double BASELINE = 0.1;

    private final Workload workload;
    private final EncodedBatch[] batches;
    private final Parameters weights;
    private final MicroBatchTrainer trainer;
    private final SummationTree tree;
    private final Optimizer optimizer;
    private long step;

    TrainingLoop(Workload workload, Kernels kernels, long seed) {
        this.workload = workload;
        ModelSpec model = workload.model();
        weights = new Parameters(model.tensors());
        for (TensorSpec tensor : weights.tensors()) {
            Initializer.fill(tensor, 0, weights.values(tensor.name()), seed);
        }
        GradientSettings settings = new GradientSettings(new ClippedIps(10), Regularizers.NONE, 0);
        trainer = new MicroBatchTrainer(model, settings, kernels, workload.rowsPerMicroBatch());
        tree = new SummationTree(model.tensors(), 0, Workload.MICRO_BATCHES);
        Experiment.Optimizer adam = new Experiment.Optimizer(
                Experiment.OptimizerType.ADAM, 1e-3, 0, 0.9, 0.999, 1e-8, 0, Experiment.Schedule.CONSTANT, 0, 0);
        optimizer = Optimizer.of(adam, 0.1, Long.MAX_VALUE, model.tensors());
        SplittableRandom random = new SplittableRandom(seed);
        batches = new EncodedBatch[workload.rows / workload.rowsPerMicroBatch()];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = batch(random);
        }
    }

    private EncodedBatch batch(SplittableRandom random) {
        int rows = workload.rowsPerMicroBatch();
        EncodedBatch batch = new EncodedBatch(rows, workload.numbers, workload.tableRows.size(), 0);
        batch.rowCount = rows;
        for (int i = 0; i < batch.numeric.length; i++) {
            batch.numeric[i] = (float) ((random.nextDouble() - 0.5) * Math.sqrt(12));
        }
        for (int r = 0; r < rows; r++) {
            for (int f = 0; f < workload.tableRows.size(); f++) {
                batch.categorical[f][r] = random.nextInt(workload.tableRows.get(f));
            }
            batch.actionId[r] = random.nextInt(workload.actions);
            batch.propensity[r] = 1f / workload.actions;
            batch.reward[r] = random.nextInt(10) == 0 ? 1f : 0f;
        }
        return batch;
    }

    /** One step. */
    void step() {
        int first = (int) (step * Workload.MICRO_BATCHES % batches.length);
        for (int lane = 0; lane < Workload.MICRO_BATCHES; lane++) {
            Contribution contribution = tree.take();
            trainer.compute(weights, batches[first + lane], BASELINE, contribution);
            String refusal = trainer.refusal(contribution);
            if (refusal != null) {
                throw new IllegalStateException(refusal);
            }
            tree.add(lane, 1, contribution);
        }
        SummationTree.Subtree root = tree.poll();
        if (root == null) {
            throw new IllegalStateException("the tree has no root after all lanes");
        }
        optimizer.step(weights, root.contribution(), step);
        tree.release(root.contribution());
        tree.reset();
        step++;
    }
}
