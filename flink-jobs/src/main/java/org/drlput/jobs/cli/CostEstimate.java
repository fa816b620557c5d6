package org.drlput.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.AveragingType;
import org.drlput.common.experiment.TrainingPlan;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.objective.GradientSettings;
import org.drlput.common.objective.MicroBatchTrainer;
import org.drlput.common.objective.RewardScale;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;

/**
 * What a run of an experiment will take on this machine: time from half a second of its own micro-batches, memory from the sizes
 * of its tensors.
 *
 * @param rows of the logs; 0: not known, the time is then for a million
 * @param coreRowsPerSecond gradient computation of one core
 * @param weights of the network, with its embeddings and statistics
 */
record CostEstimate(
        Experiment experiment,
        long rows,
        String kernel,
        int cores,
        double coreRowsPerSecond,
        long weights,
        long activations) {
    private static final long MILLION = 1_000_000;
    private static final long WARM_UP_NANOS = 400_000_000L;
    private static final long MEASURED_NANOS = 500_000_000L;
    private static final double NANOS = 1e9;
    private static final int FLOAT = Float.BYTES;
    /** Reading, encoding, exchange and optimizer beside the gradients: a rough guess, two workers on two cores. */
    private static final double OVERHEAD = 1.6;

    static CostEstimate of(Experiment experiment, long rows, Kernels kernels) {
        ModelSpec model = ModelSpec.of(experiment);
        long weights = model.tensors().stream().mapToLong(TensorSpec::size).sum();
        long width = (long) model.features().inputWidth() + model.actions();
        for (int hidden : model.hidden()) {
            // before and after the activation, and the gradient
            width += 3L * hidden;
        }
        return new CostEstimate(
                experiment,
                rows,
                kernels.name(),
                Runtime.getRuntime().availableProcessors(),
                measure(experiment, model, kernels),
                weights,
                width * model.towerCount() * experiment.training().rowsPerMicroBatch());
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        long planned = rows == 0 ? MILLION : rows;
        TrainingPlan plan = TrainingPlan.of(planned, experiment.training());
        int workers = workers();
        double seconds = (double) planned * plan.epochs() * OVERHEAD / (coreRowsPerSecond * workers);
        long versions = (plan.totalSteps() + experiment.versions().everySteps() - 1)
                / experiment.versions().everySteps();
        lines.add(String.format(
                Locale.ROOT,
                "steps      %,d of %,d rows: %,d rows%s, %d epoch%s; %,d versions",
                plan.totalSteps(),
                experiment.training().rowsPerStep(),
                planned,
                rows == 0 ? " (assumed: no logs were given)" : "",
                plan.epochs(),
                plan.epochs() == 1 ? "" : "s",
                versions));
        lines.add(String.format(
                Locale.ROOT,
                "time       about %s with --parallelism %d on this machine",
                Texts.duration(seconds),
                workers));
        lines.add(String.format(
                Locale.ROOT,
                "           estimated from %,.0f rows/s a core, measured on micro-batches of this network (%s), times %.1f",
                coreRowsPerSecond,
                kernel,
                OVERHEAD));
        lines.add("           for reading, encoding, exchange and optimizer; the first pass is not in it");
        lines.add("memory     servers %s, each worker %s, hold-out sample at most %s; Java and Flink about 400 MiB more"
                .formatted(Texts.bytes(serverBytes()), Texts.bytes(workerBytes()), Texts.bytes(holdoutBytes())));
        lines.add("           estimated from the tensors' sizes: weights, moments and sums on the servers; weights,");
        lines.add(
                "           gradients, one micro-batch's activations and a block of rows a lane, and one more, in a worker");
        return lines;
    }

    private int workers() {
        return Math.min(cores, experiment.training().microBatches());
    }

    /** Weights, the optimizer's moments, the sums of a step and a copy that is being written. */
    private double serverBytes() {
        int moments = switch (experiment.optimizer().type()) {
            case SGD, ADAGRAD -> 1;
            case ADAM, ADAM_W -> 2;
        };
        int averages = experiment.optimizer().averaging().type() == AveragingType.NONE ? 0 : 1;
        return (double) FLOAT * weights * (1 + moments + averages + 1 + 1);
    }

    /** Weights, gradients of a lane and of the sums that wait in its tree, and the blocks that its lanes read from. */
    private double workerBytes() {
        int microBatches = experiment.training().microBatches();
        int levels = Integer.numberOfTrailingZeros(microBatches);
        int lanes = (microBatches + workers() - 1) / workers();
        return (double) FLOAT * (weights * (2 + levels) + activations) + (lanes + 1) * rowBytes() * Block.MAX_ROWS;
    }

    private double holdoutBytes() {
        return experiment.evaluation().holdout().maxRows() * rowBytes();
    }

    /** Of one row of a block; lists are taken to have four values. */
    private double rowBytes() {
        FeatureSpace space = FeatureSpace.of(experiment.features());
        long columns = space.numeric().size()
                + space.categorical().size()
                + 4L * space.multiCategorical().size();
        int outcomes = experiment.reward().outcomes().size();
        return FLOAT * columns + 16 + 16.0 * outcomes;
    }

    private static double measure(Experiment experiment, ModelSpec model, Kernels kernels) {
        int rows = experiment.training().rowsPerMicroBatch();
        Parameters weights = new Parameters(model.tensors());
        for (TensorSpec tensor : weights.tensors()) {
            Initializer.fill(tensor, 0, weights.values(tensor.name()), 1);
        }
        MicroBatchTrainer trainer =
                new MicroBatchTrainer(model, GradientSettings.of(experiment, new RewardScale(0.5, 1)), kernels, rows);
        Contribution contribution = new Contribution(model.tensors());
        EncodedBatch batch = batch(model, rows);
        long start = System.nanoTime();
        long from = start;
        long computed = 0;
        while (true) {
            contribution.clear();
            trainer.compute(weights, batch, 0.5, contribution);
            computed += rows;
            long now = System.nanoTime();
            if (from == start && now - start > WARM_UP_NANOS) {
                from = now;
                computed = 0;
            } else if (from > start && now - from > MEASURED_NANOS) {
                return computed / ((now - from) / NANOS);
            }
        }
    }

    /** Rows of no meaning and the right shape. */
    private static EncodedBatch batch(ModelSpec model, int rows) {
        FeatureSpace space = model.features();
        EncodedBatch batch = new EncodedBatch(
                rows,
                space.numericWidth(),
                space.categorical().size(),
                space.multiCategorical().size());
        SplittableRandom random = new SplittableRandom(1);
        batch.rowCount = rows;
        for (int i = 0; i < batch.numeric.length; i++) {
            batch.numeric[i] = (float) random.nextGaussian();
        }
        for (int r = 0; r < rows; r++) {
            for (int f = 0; f < space.categorical().size(); f++) {
                batch.categorical[f][r] =
                        random.nextInt(space.categorical().get(f).tableRows());
            }
            for (int f = 0; f < space.multiCategorical().size(); f++) {
                batch.bagOffsets[f][r + 1] = 2 * (r + 1);
                int tableRows = space.multiCategorical().get(f).tableRows();
                batch.bags[f][2 * r] = random.nextInt(tableRows);
                batch.bags[f][2 * r + 1] = random.nextInt(tableRows);
            }
            batch.actionId[r] = random.nextInt(model.actions());
            batch.propensity[r] = 1f / model.actions();
            batch.reward[r] = random.nextInt(2);
        }
        return batch;
    }
}
