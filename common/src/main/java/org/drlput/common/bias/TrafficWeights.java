package org.drlput.common.bias;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.drlput.common.estimate.Segmentation;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;

/**
 * Weights of log rows that make the logs like all traffic: the product of one factor for each feature's bin, such that every
 * feature is weighted to the distribution that it has in all traffic.
 *
 * <p>It is right if the logs were chosen by a product of one factor for each feature. Features of hash buckets are left out: their
 * bins are many and mean nothing.
 *
 * <p>Source: raking, Deming and Stephan 1940, On a least squares adjustment of a sampled frequency table when the expected marginal
 * totals are known; as weights of rows, Deville and Särndal 1992. Immutable; any thread.
 */
public final class TrafficWeights {
    /** Numbers are cut finer than for people: within a part all rows weigh alike. */
    private static final int QUANTILES = 50;

    private static final int MAX_ROUNDS = 100;
    /** Of the greatest difference of two shares. */
    private static final double TOLERANCE = 1e-5;
    /** A bin with fewer rows of the logs keeps the factor 1: there is nothing to multiply. */
    private static final int MIN_ROWS = 20;

    private final List<Segmentation> cuts;
    /** Per cut and bin. */
    private final double[][] factors;

    private final double scale;
    private final double maxWeight;
    private final Bias.Weights summary;

    private TrafficWeights(
            List<Segmentation> cuts, double[][] factors, double scale, double maxWeight, Bias.Weights summary) {
        this.cuts = cuts;
        this.factors = factors;
        this.scale = scale;
        this.maxWeight = maxWeight;
        this.summary = summary;
    }

    /**
     * Finds the weights.
     *
     * @param traffic a sample of what the logs are to be like; read twice
     * @param logs blocks of the logs; read once, their rows that train are kept as a byte a feature, at most a quarter million
     * @param maxWeight the most that one row counts for, the mean being 1
     */
    public static TrafficWeights fit(
            Experiment experiment, Iterable<Block> traffic, Iterable<Block> logs, double maxWeight) {
        List<Axis> axes = Axis.of(experiment, traffic, QUANTILES);
        BinCounts counts = new BinCounts(axes);
        traffic.forEach(counts::add);
        List<Segmentation> cuts = new ArrayList<>();
        List<double[]> targets = new ArrayList<>();
        for (int a = 0; a < axes.size(); a++) {
            if (axes.get(a) instanceof Axis.Cut cut && cut.bins() <= RowSample.MAX_BINS) {
                cuts.add(cut.segmentation());
                double[] target = new double[cut.bins()];
                for (int bin = 0; bin < target.length; bin++) {
                    target[bin] = counts.share(a, bin);
                }
                targets.add(target);
            }
        }
        RowSample sample = new RowSample(cuts);
        logs.forEach(sample::add);
        double[] weights = new double[sample.size()];
        Arrays.fill(weights, 1);
        double[][] factors = rake(sample, targets, weights);
        return of(cuts, targets, factors, sample, weights, maxWeight);
    }

    private static double[][] rake(RowSample sample, List<double[]> targets, double[] weights) {
        double[][] factors = new double[targets.size()][];
        for (int c = 0; c < factors.length; c++) {
            factors[c] = new double[targets.get(c).length];
            Arrays.fill(factors[c], 1);
        }
        List<long[]> counts =
                IntStream.range(0, factors.length).mapToObj(sample::counts).toList();
        double change = 1;
        for (int round = 0; round < MAX_ROUNDS && change > TOLERANCE; round++) {
            change = 0;
            for (int c = 0; c < factors.length; c++) {
                double[] shares = sample.shares(c, weights);
                double[] step = new double[shares.length];
                for (int bin = 0; bin < step.length; bin++) {
                    boolean many = counts.get(c)[bin] >= MIN_ROWS && shares[bin] > 0;
                    step[bin] = many ? targets.get(c)[bin] / shares[bin] : 1;
                    change = many ? Math.max(change, Math.abs(targets.get(c)[bin] - shares[bin])) : change;
                    factors[c][bin] *= step[bin];
                }
                sample.multiply(c, step, weights);
            }
        }
        return factors;
    }

    private static TrafficWeights of(
            List<Segmentation> cuts,
            List<double[]> targets,
            double[][] factors,
            RowSample sample,
            double[] weights,
            double maxWeight) {
        double mean = Arrays.stream(weights).average().orElse(1);
        double scale = mean > 0 ? 1 / mean : 1;
        double sum = 0;
        double squares = 0;
        double largest = 0;
        int capped = 0;
        for (int i = 0; i < weights.length; i++) {
            capped += weights[i] * scale > maxWeight ? 1 : 0;
            weights[i] = Math.min(maxWeight, weights[i] * scale);
            sum += weights[i];
            squares += weights[i] * weights[i];
            largest = Math.max(largest, weights[i]);
        }
        double left = 0;
        for (int c = 0; c < cuts.size(); c++) {
            double[] shares = sample.shares(c, weights);
            double distance = 0;
            for (int bin = 0; bin < shares.length; bin++) {
                distance += Math.abs(shares[bin] - targets.get(c)[bin]) / 2;
            }
            left = Math.max(left, distance);
        }
        double n = Math.max(1, weights.length);
        Bias.Weights summary = new Bias.Weights(
                cuts.stream().map(Segmentation::feature).toList(),
                largest,
                capped / n,
                squares > 0 ? sum * sum / squares / n : 1,
                left);
        return new TrafficWeights(List.copyOf(cuts), factors, scale, maxWeight, summary);
    }

    /** What a row counts for; a rejected one for nothing that anybody reads. */
    public double weight(Block block, int row) {
        double weight = scale;
        for (int c = 0; c < factors.length; c++) {
            weight *= factors[c][cuts.get(c).segment(block, row)];
        }
        return Math.min(maxWeight, weight);
    }

    /** The block with what each of its rows counts for. */
    public Block weighted(Block block) {
        double[] weight = new double[block.rowCount()];
        for (int row = 0; row < weight.length; row++) {
            weight[row] = block.rowState()[row] == Block.REJECTED ? 1 : weight(block, row);
        }
        return block.weightedBy(weight);
    }

    public Bias.Weights summary() {
        return summary;
    }
}
