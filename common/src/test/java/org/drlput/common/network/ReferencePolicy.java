package org.drlput.common.network;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Pooling;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;

/**
 * The policy network in double precision, written as the formulas stand, with no thought of speed: what the product's network is
 * held against. Weights and gradients are {@code [tensor][row * columns + column]}, in {@link ModelSpec#tensors} order.
 */
public final class ReferencePolicy {
    private static final double EPSILON = 1e-5;

    private final ModelSpec spec;
    private final int tables;

    public ReferencePolicy(ModelSpec spec) {
        this.spec = spec;
        this.tables = spec.features().categorical().size()
                + spec.features().multiCategorical().size();
    }

    public static double[][] widened(Parameters weights) {
        double[][] wide = new double[weights.tensors().size()][];
        for (int t = 0; t < wide.length; t++) {
            float[] values = weights.values(t);
            wide[t] = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                wide[t][i] = values[i];
            }
        }
        return wide;
    }

    public double[][] zeros() {
        return spec.tensors().stream().map(t -> new double[t.size()]).toArray(double[][]::new);
    }

    /** All values of one forward pass; matrices are {@code [row][column]}. */
    public static final class Pass {
        double[][] input = {};
        /** Of all towers. */
        final List<Layer> layers = new ArrayList<>();

        /** Of all towers: members' logits, then what reward models predict. */
        public final List<double[][]> outputs = new ArrayList<>();

        /** Of the first member. */
        public double[][] logits = {};

        /** Distance of the pre-activation that is nearest to ReLU's kink. */
        public double distanceToKink() {
            double nearest = Double.POSITIVE_INFINITY;
            for (Layer layer : layers) {
                for (double[] row : layer.preActivations) {
                    for (double value : row) {
                        nearest = Math.min(nearest, Math.abs(value));
                    }
                }
            }
            return nearest;
        }

        /** Whether every unit of every row is on the same side of the kink in both passes. */
        public boolean sameSides(Pass other) {
            for (int l = 0; l < layers.size(); l++) {
                double[][] here = layers.get(l).preActivations;
                double[][] there = other.layers.get(l).preActivations;
                for (int r = 0; r < here.length; r++) {
                    for (int j = 0; j < here[r].length; j++) {
                        if (here[r][j] > 0 != there[r][j] > 0) {
                            return false;
                        }
                    }
                }
            }
            return true;
        }

        /** Per layer and unit {@code {Σx, Σx²}} of what batch norm normalizes. */
        public List<double[][]> batchNormSums() {
            return layers.stream().map(Layer::sums).toList();
        }
    }

    /** {@code normalized} is {@code linear} without batch norm. */
    record Layer(
            double[][] linear,
            double[][] normalized,
            double[][] preActivations,
            double[][] activations,
            double[] inverseDeviation) {

        double[][] sums() {
            double[][] sums = new double[linear[0].length][2];
            for (double[] row : linear) {
                for (int j = 0; j < row.length; j++) {
                    sums[j][0] += row[j];
                    sums[j][1] += row[j] * row[j];
                }
            }
            return sums;
        }
    }

    /** Training: batch norm by the batch's own statistics. */
    public Pass forward(double[][] weights, EncodedBatch batch) {
        return forward(weights, batch, false);
    }

    /** Probabilities {@code [row][action]} with the running statistics. */
    public double[][] infer(double[][] weights, EncodedBatch batch) {
        Pass pass = forward(weights, batch, true);
        double[][] probabilities = new double[batch.rowCount][spec.actions()];
        for (int m = 0; m < spec.members(); m++) {
            for (int r = 0; r < batch.rowCount; r++) {
                double[] logProbs = logProbs(pass.outputs.get(m)[r]);
                for (int a = 0; a < logProbs.length; a++) {
                    probabilities[r][a] += Math.exp(logProbs[a]) / spec.members();
                }
            }
        }
        return probabilities;
    }

    public static double[] logProbs(double[] logits) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            greatest = Math.max(greatest, logit);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit - greatest);
        }
        double[] logProbs = new double[logits.length];
        for (int a = 0; a < logits.length; a++) {
            logProbs[a] = logits[a] - greatest - Math.log(sum);
        }
        return logProbs;
    }

    private Pass forward(double[][] weights, EncodedBatch batch, boolean running) {
        Pass pass = new Pass();
        pass.input = input(weights, batch);
        int tensor = tables;
        for (ModelSpec.Tower tower : spec.towers()) {
            double[][] x = pass.input;
            for (int width : spec.hidden()) {
                Layer layer = layer(weights, tensor, x, width, running);
                pass.layers.add(layer);
                x = layer.activations;
                tensor += spec.batchNorm() ? 4 : 2;
            }
            for (ModelSpec.Output output : tower.outputs()) {
                pass.outputs.add(output(weights, tensor, x, output));
                tensor += output.tensors();
            }
        }
        pass.logits = pass.outputs.get(0);
        return pass;
    }

    private static double[][] output(double[][] weights, int tensor, double[][] x, ModelSpec.Output output) {
        int at = tensor;
        double[][] values = new double[x.length][output.width()];
        if (output.head().plain()) {
            values = affine(x, weights[at], weights[at + 1]);
            at += 2;
        }
        List<Integer> axes = output.head().axes();
        for (int r = 0; r < x.length && !axes.isEmpty(); r++) {
            double[] levels = affine(new double[][] {x[r]}, weights[at], weights[at + 1])[0];
            for (int a = 0; a < values[r].length; a++) {
                int rest = a;
                int end = levels.length;
                // digits of the mixed-radix number, the least significant first
                for (int axis = axes.size() - 1; axis >= 0; axis--) {
                    end -= axes.get(axis);
                    values[r][a] += levels[end + rest % axes.get(axis)];
                    rest /= axes.get(axis);
                }
            }
        }
        return values;
    }

    private double[][] input(double[][] weights, EncodedBatch batch) {
        int numbers = spec.features().numericWidth();
        double[][] input = new double[batch.rowCount][spec.features().inputWidth()];
        for (int r = 0; r < batch.rowCount; r++) {
            for (int c = 0; c < numbers; c++) {
                input[r][c] = batch.numeric[r * numbers + c];
            }
            for (Lookup lookup : lookups(batch, r)) {
                for (int d = 0; d < lookup.dimension; d++) {
                    input[r][lookup.column + d] +=
                            lookup.share * weights[lookup.table][lookup.row * lookup.dimension + d];
                }
            }
        }
        return input;
    }

    /** Row {@code row} of a table, times its share, is added to the input from {@code column} on. */
    private record Lookup(int table, int row, int dimension, int column, double share) {}

    private List<Lookup> lookups(EncodedBatch batch, int r) {
        List<Lookup> lookups = new ArrayList<>();
        int column = spec.features().numericWidth();
        int table = 0;
        for (Categorical feature : spec.features().categorical()) {
            lookups.add(new Lookup(table, batch.categorical[table][r], feature.dimension(), column, 1));
            column += feature.dimension();
            table++;
        }
        for (int f = 0; f < spec.features().multiCategorical().size(); f++) {
            MultiCategorical feature = spec.features().multiCategorical().get(f);
            int from = batch.bagOffsets[f][r];
            int to = batch.bagOffsets[f][r + 1];
            double share = feature.pooling() == Pooling.MEAN ? 1.0 / (to - from) : 1;
            for (int i = from; i < to; i++) {
                lookups.add(new Lookup(table, batch.bags[f][i], feature.dimension(), column, share));
            }
            column += feature.dimension();
            table++;
        }
        return lookups;
    }

    private Layer layer(double[][] weights, int tensor, double[][] x, int width, boolean running) {
        if (!spec.batchNorm()) {
            double[][] linear = affine(x, weights[tensor], new double[width]);
            double[][] pre = affine(x, weights[tensor], weights[tensor + 1]);
            return new Layer(linear, linear, pre, relu(pre), new double[width]);
        }
        double[][] linear = affine(x, weights[tensor], new double[width]);
        double[] mean = new double[width];
        double[] inverse = new double[width];
        for (int j = 0; j < width; j++) {
            double variance = 0;
            if (running) {
                mean[j] = weights[tensor + 3][2 * j];
                variance = weights[tensor + 3][2 * j + 1];
            } else {
                for (double[] row : linear) {
                    mean[j] += row[j] / x.length;
                }
                for (double[] row : linear) {
                    variance += (row[j] - mean[j]) * (row[j] - mean[j]) / x.length;
                }
            }
            inverse[j] = 1 / Math.sqrt(variance + EPSILON);
        }
        double[][] normalized = new double[x.length][width];
        double[][] pre = new double[x.length][width];
        for (int r = 0; r < x.length; r++) {
            for (int j = 0; j < width; j++) {
                normalized[r][j] = (linear[r][j] - mean[j]) * inverse[j];
                pre[r][j] = weights[tensor + 1][j] * normalized[r][j] + weights[tensor + 2][j];
            }
        }
        return new Layer(linear, normalized, pre, relu(pre), inverse);
    }

    /** {@code x W + b}. */
    private static double[][] affine(double[][] x, double[] w, double[] b) {
        double[][] y = new double[x.length][b.length];
        for (int r = 0; r < x.length; r++) {
            for (int j = 0; j < b.length; j++) {
                y[r][j] = b[j];
                for (int i = 0; i < x[r].length; i++) {
                    y[r][j] += x[r][i] * w[i * b.length + j];
                }
            }
        }
        return y;
    }

    private static double[][] relu(double[][] x) {
        double[][] y = new double[x.length][];
        for (int r = 0; r < x.length; r++) {
            y[r] = x[r].clone();
            for (int j = 0; j < y[r].length; j++) {
                y[r][j] = Math.max(0, y[r][j]);
            }
        }
        return y;
    }

    /** Of a network of one tower: the gradients of all tensors, those of tables whole; statistics have none and stay 0. */
    public double[][] backward(double[][] weights, EncodedBatch batch, Pass pass, double[][] logitGradient) {
        double[][] gradients = zeros();
        int output = spec.tensors().size() - 2;
        int last = pass.layers.size() - 1;
        double[][] x = last < 0 ? pass.input : pass.layers.get(last).activations;
        double[][] below = affineBackward(x, weights[output], logitGradient, gradients[output], gradients[output + 1]);
        int tensor = output;
        for (int l = last; l >= 0; l--) {
            tensor -= spec.batchNorm() ? 4 : 2;
            double[][] in = l == 0 ? pass.input : pass.layers.get(l - 1).activations;
            below = layerBackward(weights, tensor, pass.layers.get(l), in, below, gradients);
        }
        for (int r = 0; r < batch.rowCount; r++) {
            for (Lookup lookup : lookups(batch, r)) {
                for (int d = 0; d < lookup.dimension; d++) {
                    gradients[lookup.table][lookup.row * lookup.dimension + d] +=
                            lookup.share * below[r][lookup.column + d];
                }
            }
        }
        return gradients;
    }

    private double[][] layerBackward(
            double[][] weights, int tensor, Layer layer, double[][] x, double[][] above, double[][] gradients) {
        int rows = x.length;
        int width = above[0].length;
        double[][] pre = new double[rows][width];
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < width; j++) {
                pre[r][j] = layer.preActivations[r][j] > 0 ? above[r][j] : 0;
            }
        }
        if (!spec.batchNorm()) {
            return affineBackward(x, weights[tensor], pre, gradients[tensor], gradients[tensor + 1]);
        }
        double[][] linear = new double[rows][width];
        for (int j = 0; j < width; j++) {
            double sum = 0;
            double product = 0;
            for (int r = 0; r < rows; r++) {
                sum += pre[r][j];
                product += pre[r][j] * layer.normalized[r][j];
            }
            gradients[tensor + 1][j] = product;
            gradients[tensor + 2][j] = sum;
            for (int r = 0; r < rows; r++) {
                linear[r][j] = weights[tensor + 1][j]
                        * layer.inverseDeviation[j]
                        * (pre[r][j] - sum / rows - layer.normalized[r][j] * product / rows);
            }
        }
        return affineBackward(x, weights[tensor], linear, gradients[tensor], new double[width]);
    }

    /** Adds to the gradients of w and b; returns the one of x. */
    private static double[][] affineBackward(
            double[][] x, double[] w, double[][] above, double[] wGradient, double[] bGradient) {
        int width = bGradient.length;
        double[][] below = new double[x.length][x[0].length];
        for (int r = 0; r < x.length; r++) {
            for (int j = 0; j < width; j++) {
                bGradient[j] += above[r][j];
                for (int i = 0; i < x[r].length; i++) {
                    wGradient[i * width + j] += x[r][i] * above[r][j];
                    below[r][i] += above[r][j] * w[i * width + j];
                }
            }
        }
        return below;
    }

    /** Index of a tensor by its name. */
    public int tensor(String name) {
        List<String> names = spec.tensors().stream().map(TensorSpec::name).toList();
        return names.indexOf(name);
    }
}
