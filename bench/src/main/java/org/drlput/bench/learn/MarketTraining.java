package org.drlput.bench.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.drlput.common.math.Softmax;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.network.PolicyNetwork;
import org.drlput.common.objective.Baselines;
import org.drlput.common.objective.GradientSettings;
import org.drlput.common.objective.MicroBatchTrainer;
import org.drlput.common.objective.RewardScale;
import org.drlput.common.reward.RewardComposite;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.server.optimizer.Optimizer;

/**
 * One training on a market's log: the rows, their order and the arithmetic are those of {@code drlput train}, but for the last
 * bits of the standardization. One thread.
 */
public final class MarketTraining {
    /** Rows that are scored together. */
    private static final int SCORED_ROWS = 512;

    private final Experiment experiment;
    private final List<Block> blocks = new ArrayList<>();
    private final List<double[]> rewards = new ArrayList<>();
    private final Moments reward = new Moments();
    private final Map<String, NumericStatistics> statistics;
    private final FeatureEncoder encoder;
    private final ModelSpec model;
    private final Parameters weights;
    private final Kernels kernels = Kernels.best();
    private final EpochOrder order;
    private final MicroBatchTrainer trainer;
    private final SummationTree tree;
    private final Optimizer optimizer;
    private final EncodedBatch batch;
    private final int[][] rowOrder;
    private final Metrics totals = new Metrics();
    private final RewardScale scale;
    private double entropy;

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
            return sum / count;
        }

        double deviation() {
            return Math.sqrt(squares / count - mean() * mean());
        }
    }

    MarketTraining(Market market, long rows) {
        this(market, MarketLog.of(market, 0).blocks(rows), rows);
    }

    /** @param logged so many rows, in full blocks but for the last, whatever was done to them */
    public MarketTraining(Market market, Iterable<Block> logged, long rows) {
        experiment = market.experiment();
        RewardComposite composite = RewardComposite.of(experiment.reward());
        for (Block block : logged) {
            double[] values = new double[block.rowCount()];
            composite.compute(block, values);
            blocks.add(block);
            rewards.add(values);
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
        scale = new RewardScale(reward.mean(), reward.deviation());
        GradientSettings settings = GradientSettings.of(experiment, scale);
        trainer = new MicroBatchTrainer(model, settings, kernels, microBatchRows);
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
                    for (int f = 0; f < moments.length; f++) {
                        float x = block.numeric()[f][row];
                        if (!Float.isNaN(x)) {
                            moments[f].add(x);
                        }
                    }
                }
            }
        }
        Map<String, NumericStatistics> statistics = new LinkedHashMap<>();
        for (int f = 0; f < moments.length; f++) {
            statistics.put(
                    space.numeric().get(f).name(),
                    new NumericStatistics(moments[f].mean(), moments[f].deviation(), 0, 0, 0));
        }
        return statistics;
    }

    /** The network's, whole; its own. */
    public Parameters weights() {
        return weights;
    }

    /** Of the training rows, by numeric feature. */
    public Map<String, NumericStatistics> statistics() {
        return statistics;
    }

    /** All steps. */
    public void run() {
        long stepsPerEpoch = order.plan().stepsPerEpoch();
        for (int epoch = 0; epoch < experiment.training().epochs(); epoch++) {
            for (int b = 0; b < rowOrder.length; b++) {
                rowOrder[b] = new int[blocks.get(b).rowCount()];
                order.rowOrder(epoch, b, rowOrder[b].length, rowOrder[b]);
            }
            for (long step = 0; step < stepsPerEpoch; step++) {
                step(epoch, step, epoch * stepsPerEpoch + step);
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

    /** Mean entropy of the policy over the last step's rows, nats. */
    double entropy() {
        return entropy;
    }

    /** The greedy action of each row. */
    int[] greedy(Block block) {
        PolicyNetwork network = new PolicyNetwork(model, kernels, SCORED_ROWS);
        EncodedBatch scored = encoder.newBatch(SCORED_ROWS);
        float[] probabilities = new float[SCORED_ROWS * model.actions()];
        Parameters published = optimizer.copyVersion(weights, order.plan().totalSteps());
        int[] rows = new int[block.rowCount()];
        int[] greedy = new int[rows.length];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = row;
        }
        for (int from = 0; from < rows.length; from += SCORED_ROWS) {
            int count = Math.min(SCORED_ROWS, rows.length - from);
            scored.rowCount = 0;
            encoder.encodeRows(block, rows, from, count, scored);
            network.infer(published, scored, probabilities);
            for (int i = 0; i < count; i++) {
                greedy[from + i] = Softmax.greatest(probabilities, i * model.actions(), model.actions());
            }
        }
        return greedy;
    }
}
