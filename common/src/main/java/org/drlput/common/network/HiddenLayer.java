package org.drlput.common.network;

import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Columns;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Matrix;
import org.drlput.common.tensor.Parameters;

/**
 * One hidden layer: {@code a = relu(γ (x W - mean) / sqrt(variance + ε) + β)}, or {@code relu(x W + bias)} without batch norm.
 * Training normalizes with the micro-batch's own mean and population variance. Holds what backward needs of the last forward:
 * one thread.
 *
 * <p>Source: Ioffe and Szegedy 2015, arXiv 1502.03167, algorithm 1 and section 3.
 */
final class HiddenLayer {
    private static final double EPSILON = 1e-5;
    /** Times the least normal float is above 1: min(1, a * this) is the step function of any normal a ≥ 0, branch-free. */
    private static final float STEEP = Float.MAX_VALUE;

    private final Kernels kernels;
    private final Columns columns;
    private final int in;
    private final int out;
    private final boolean batchNorm;
    private final int weight;
    /** Pre-activations, in training the normalized ones: {@code [rows, out]}. */
    private final float[] normalized;
    /** {@code [rows, out]}. */
    private final float[] activations;

    private final double[] sums;
    private final double[] products;
    private final float[] mean;
    private final float[] inverse;
    private final float[] scale;

    /** {@code weight} is the index of the layer's first tensor; the others follow it, see {@link ModelSpec}. */
    HiddenLayer(Kernels kernels, int in, int out, boolean batchNorm, int weight, int maxRows) {
        this.kernels = kernels;
        this.columns = new Columns(out);
        this.in = in;
        this.out = out;
        this.batchNorm = batchNorm;
        this.weight = weight;
        normalized = new float[Math.multiplyExact(maxRows, out)];
        activations = new float[normalized.length];
        sums = new double[out];
        products = new double[out];
        mean = new float[out];
        inverse = new float[out];
        scale = new float[out];
    }

    int width() {
        return out;
    }

    /** {@code [rows, out]}, live. */
    float[] activations() {
        return activations;
    }

    private int gamma() {
        return weight + 1;
    }

    private int beta() {
        return weight + 2;
    }

    private int statistics() {
        return weight + 3;
    }

    private int bias() {
        return weight + 1;
    }

    private Matrix weight(Parameters weights) {
        return Matrix.of(weights.values(weight), in, out);
    }

    private void multiply(Parameters weights, float[] x, int rows) {
        kernels.multiply(Matrix.of(x, rows, in), weight(weights), Matrix.of(normalized, rows, out));
    }

    /** {@code x[rows, in]} to {@link #activations()}; writes the layer's batch-norm sums into the contribution. */
    void forward(Parameters weights, float[] x, int rows, Contribution contribution) {
        multiply(weights, x, rows);
        if (!batchNorm) {
            addBias(weights.values(bias()), rows);
            return;
        }
        columns.shiftedMoments(normalized, rows, out, sums, products);
        float[] statistics = contribution.dense(statistics());
        for (int j = 0; j < out; j++) {
            double shift = normalized[j];
            double deviation = sums[j] / rows;
            double variance = Math.max(0, products[j] / rows - deviation * deviation);
            mean[j] = (float) (shift + deviation);
            inverse[j] = (float) (1 / Math.sqrt(variance + EPSILON));
            statistics[2 * j] = (float) (sums[j] + rows * shift);
            statistics[2 * j + 1] = (float) (products[j] + 2 * shift * sums[j] + rows * shift * shift);
        }
        float[] gamma = weights.values(gamma());
        float[] beta = weights.values(beta());
        for (int r = 0; r < rows; r++) {
            normalize(normalized, activations, r * out, out, mean, inverse, gamma, beta);
        }
    }

    private static void normalize(
            float[] x, float[] a, int at, int n, float[] mean, float[] inverse, float[] gamma, float[] beta) {
        for (int j = 0; j < n; j++) {
            float value = (x[at + j] - mean[j]) * inverse[j];
            x[at + j] = value;
            a[at + j] = Math.max(0f, value * gamma[j] + beta[j]);
        }
    }

    private void addBias(float[] bias, int rows) {
        for (int r = 0; r < rows; r++) {
            addBias(normalized, activations, r * out, out, bias);
        }
    }

    private static void addBias(float[] x, float[] a, int at, int n, float[] bias) {
        for (int j = 0; j < n; j++) {
            a[at + j] = Math.max(0f, x[at + j] + bias[j]);
        }
    }

    /** As {@link #forward}, with the running statistics. */
    void infer(Parameters weights, float[] x, int rows) {
        multiply(weights, x, rows);
        if (!batchNorm) {
            addBias(weights.values(bias()), rows);
            return;
        }
        float[] statistics = weights.values(statistics());
        for (int j = 0; j < out; j++) {
            mean[j] = statistics[2 * j];
            inverse[j] = (float) (1 / Math.sqrt(Math.max(0, statistics[2 * j + 1]) + EPSILON));
        }
        float[] gamma = weights.values(gamma());
        float[] beta = weights.values(beta());
        for (int r = 0; r < rows; r++) {
            normalize(normalized, activations, r * out, out, mean, inverse, gamma, beta);
        }
    }

    /**
     * The gradient of the activations, {@code [rows, out]}, becomes in place the one of {@code x W}; writes the gradients of
     * the layer's tensors.
     */
    void backward(Parameters weights, float[] x, float[] gradient, int rows, Contribution contribution) {
        mask(gradient, activations, rows * out);
        if (batchNorm) {
            backwardNorm(weights.values(gamma()), gradient, rows, contribution);
        } else {
            columns.sum(gradient, rows, out, sums);
            toFloat(sums, contribution.dense(bias()), out);
        }
        kernels.multiplyLeftTransposed(
                Matrix.of(x, rows, in), Matrix.of(gradient, rows, out), Matrix.of(contribution.dense(weight), in, out));
    }

    private static void mask(float[] gradient, float[] activations, int n) {
        for (int i = 0; i < n; i++) {
            gradient[i] *= Math.min(1f, activations[i] * STEEP);
        }
    }

    private void backwardNorm(float[] gamma, float[] gradient, int rows, Contribution contribution) {
        columns.sumAndProduct(gradient, normalized, rows, out, sums, products);
        toFloat(products, contribution.dense(gamma()), out);
        toFloat(sums, contribution.dense(beta()), out);
        for (int j = 0; j < out; j++) {
            scale[j] = gamma[j] * inverse[j];
            sums[j] /= rows;
            products[j] /= rows;
        }
        float[] meanGradient = mean;
        float[] meanProduct = inverse;
        toFloat(sums, meanGradient, out);
        toFloat(products, meanProduct, out);
        for (int r = 0; r < rows; r++) {
            denormalize(gradient, normalized, r * out, out, scale, meanGradient, meanProduct);
        }
    }

    private static void denormalize(
            float[] gradient, float[] normalized, int at, int n, float[] scale, float[] mean, float[] product) {
        for (int j = 0; j < n; j++) {
            gradient[at + j] = scale[j] * (gradient[at + j] - mean[j] - normalized[at + j] * product[j]);
        }
    }

    static void toFloat(double[] from, float[] to, int n) {
        for (int j = 0; j < n; j++) {
            to[j] = (float) from[j];
        }
    }

    /** The gradient of the layer's input columns from {@code firstColumn} on, {@code [rows, in - firstColumn]}. */
    void backwardInput(Parameters weights, float[] gradient, int rows, int firstColumn, float[] inputGradient) {
        kernels.multiplyRightTransposed(
                Matrix.of(gradient, rows, out),
                weight(weights).rowsFrom(firstColumn),
                Matrix.of(inputGradient, rows, in - firstColumn));
    }
}
