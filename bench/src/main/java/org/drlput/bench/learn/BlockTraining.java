package org.drlput.bench.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.encode.FeatureEncoder;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.gradient.RewardsSeen;
import org.drlput.common.gradient.SummationTree;
import org.drlput.common.log.Block;
import org.drlput.common.log.EpochOrder;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.objective.Baselines;
import org.drlput.common.objective.GradientSettings;
import org.drlput.common.objective.MicroBatchTrainer;
import org.drlput.common.objective.RewardScale;
import org.drlput.common.reward.RewardComposite;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.Version;
import org.drlput.server.optimizer.Optimizer;

/**
 * One training on blocks in memory: the rows, their order and the arithmetic are those of {@code drlput train}, but for the last
 * bits of the standardization. One thread.
 */
public final class BlockTraining {
    private final Experiment experiment;
    private final List<Block> blocks;
    private final List<double[]> rewards = new ArrayList<>();
    private final Moments reward = new Moments();
    private double inverseSum;
    private double uniformSum;
    private final FeatureEncoder encoder;
    private final Map<String, NumericStatistics> statistics;
    private final ModelSpec model;
    private final Parameters weights;
    private final EpochOrder order;
    private final MicroBatchTrainer trainer;
    private final SummationTree tree;
    private final Optimizer optimizer;
    private final EncodedBatch batch;
    private final int[][] rowOrder;
    private final Metrics totals = new Metrics();
    private final RewardScale scale;
    private double entropy;

    /** Told of the weights after steps. */
    public interface Watcher {
        /** Whether to go on; {@code step} steps are done. */
        boolean after(long step, BlockTraining training);
    }

    /** Sums of one column. */
    private static final class Moments {
        private double count;
        private double sum;
        private double squares;

        void add(double x) {
            count++;
            sum += x;
            squares += x * x;
        }

        double mean() {
            return count == 0 ? 0 : sum / count;
        }

        /** 1 where the column is constant, as the first pass has it. */
        double deviation() {
            double variance = count == 0 ? 0 : squares / count - mean() * mean();
            return variance > 1e-12 * (squares / Math.max(1, count)) ? Math.sqrt(variance) : 1;
        }
    }

    /** @param blocks of a log: all but the last have {@link Block#MAX_ROWS} rows */
    public BlockTraining(Experiment experiment, List<Block> blocks) {
        this.experiment = experiment;
        this.blocks = List.copyOf(blocks);
        RewardComposite composite = RewardComposite.of(experiment.reward());
        long rows = 0;
        for (Block block : blocks) {
            double[] values = new double[block.rowCount()];
            composite.compute(block, values);
            rewards.add(values);
            rows += block.rowCount();
        }
        model = ModelSpec.of(experiment);
        statistics = statistics(model.features());
        encoder = new FeatureEncoder(model.features(), statistics);
        weights = new Parameters(model.tensors());
        for (TensorSpec tensor : weights.tensors()) {
            Initializer.fill(
                    tensor,
                    0,
                    weights.values(tensor.name()),
                    experiment.training().seed());
        }
        order = new EpochOrder(rows, experiment.training());
        int microBatchRows = experiment.training().rowsPerMicroBatch();
        scale = new RewardScale(reward.mean(), reward.deviation(), uniformSum / inverseSum);
        GradientSettings settings = GradientSettings.of(experiment, scale);
        trainer = new MicroBatchTrainer(model, settings, Kernels.best(), microBatchRows);
        tree = new SummationTree(model.tensors(), 0, experiment.training().microBatches());
        optimizer = Optimizer.of(
                experiment.optimizer(),
                experiment.network().batchNormMomentum(),
                order.plan().totalSteps(),
                model.tensors());
        batch = encoder.newBatch(microBatchRows);
        rowOrder = new int[blocks.size()][];
    }

    private Map<String, NumericStatistics> statistics(FeatureSpace space) {
        Moments[] moments = new Moments[space.numeric().size()];
        for (int f = 0; f < moments.length; f++) {
            moments[f] = new Moments();
        }
        for (int b = 0; b < blocks.size(); b++) {
            Block block = blocks.get(b);
            for (int row = 0; row < block.rowCount(); row++) {
                if (block.rowState()[row] == Block.TRAIN) {
                    reward.add(rewards.get(b)[row]);
                    inverseSum += 1 / block.propensity()[row];
                    uniformSum += rewards.get(b)[row] / block.propensity()[row];
                    for (int f = 0; f < moments.length; f++) {
                        float x = block.numeric()[f][row];
                        if (!Float.isNaN(x)) {
                            moments[f].add(x);
                        }
                    }
                }
            }
        }
        Map<String, NumericStatistics> found = new LinkedHashMap<>();
        for (int f = 0; f < moments.length; f++) {
            found.put(
                    space.numeric().get(f).name(),
                    new NumericStatistics(moments[f].mean(), moments[f].deviation(), 0, 0, 0));
        }
        return found;
    }

    /** All steps. */
    public void run() {
        run(0, (step, training) -> true);
    }

    /** All steps, unless the watcher ends it, who is asked after every {@code every} of them and after the last; 0: never. */
    public void run(long every, Watcher watcher) {
        long stepsPerEpoch = order.plan().stepsPerEpoch();
        for (int epoch = 0; epoch < order.plan().epochs(); epoch++) {
            for (int b = 0; b < rowOrder.length; b++) {
                rowOrder[b] = new int[blocks.get(b).rowCount()];
                order.rowOrder(epoch, b, rowOrder[b].length, rowOrder[b]);
            }
            for (long stepOfEpoch = 0; stepOfEpoch < stepsPerEpoch; stepOfEpoch++) {
                long step = epoch * stepsPerEpoch + stepOfEpoch;
                step(epoch, stepOfEpoch, step);
                boolean last = step + 1 == order.plan().totalSteps();
                if (every > 0 && (last || (step + 1) % every == 0) && !watcher.after(step + 1, this)) {
                    return;
                }
            }
        }
    }

    private void step(int epoch, long stepOfEpoch, long step) {
        double baseline = Baselines.value(experiment.objective(), RewardsSeen.of(totals), scale);
        for (int lane = 0; lane < experiment.training().microBatches(); lane++) {
            batch.rowCount = 0;
            for (EpochOrder.Piece piece : order.ticket(epoch, stepOfEpoch, lane)) {
                int b = (int) piece.block();
                encoder.encode(blocks.get(b), rowOrder[b], piece.first(), piece.count(), rewards.get(b), batch);
            }
            Contribution contribution = tree.take();
            trainer.compute(weights, batch, baseline, contribution);
            String refusal = trainer.refusal(contribution);
            if (refusal != null) {
                throw new IllegalStateException("step %d: %s".formatted(step, refusal));
            }
            tree.add(lane, 1, contribution);
        }
        SummationTree.Subtree root = tree.poll();
        if (root == null) {
            throw new IllegalStateException("the tree has no root after all lanes");
        }
        Contribution sum = root.contribution();
        optimizer.step(weights, sum, step);
        totals.follow(sum.metrics());
        if (sum.metrics().rows > 0) {
            entropy = sum.metrics().entropySum / sum.metrics().rows;
        }
        tree.release(sum);
        tree.reset();
    }

    /** Steps of the whole plan. */
    public long totalSteps() {
        return order.plan().totalSteps();
    }

    /** Mean entropy of the policy over the last step's rows, nats. */
    public double entropy() {
        return entropy;
    }

    /** The weights as they are now, as a version that nobody published; {@code step} steps are done. */
    public Version version(long step) {
        Manifest manifest = new Manifest(
                1, step, step, null, experiment.name(), "", 0, null, new Manifest.Rows(0, 0, 0), "", "", "", List.of());
        return new Version(
                manifest,
                experiment,
                model,
                ActionSpace.of(experiment.actions()),
                statistics,
                optimizer.copyVersion(weights, step));
    }
}
