package org.drlput.common.network;

import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Columns;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Matrix;
import org.drlput.common.tensor.Parameters;

/**
 * One hidden layer: {@link BatchNorm} of {@code x W}, or {@code relu(x W + bias)} without batch norm. Holds what backward needs of
 * the last forward: one thread.
 */
final class HiddenLayer {
    private final Kernels kernels;
    private final BatchNorm norm;
    private final RowBias bias;
    private final int in;
    private final int out;
    private final boolean batchNorm;
    private final int weight;
    /** {@code x W}, with batch norm the normalized one: {@code [rows, out]}. */
    private final float[] values;
    /** {@code [rows, out]}. */
    private final float[] activations;

    /** {@code weight} is the index of the layer's first tensor; the others follow it, see {@link ModelSpec}. */
    HiddenLayer(Kernels kernels, int in, int out, boolean batchNorm, int weight, int maxRows) {
        this.kernels = kernels;
        this.norm = new BatchNorm(out);
        this.bias = new RowBias(out);
        this.in = in;
        this.out = out;
        this.batchNorm = batchNorm;
        this.weight = weight;
        values = new float[Math.multiplyExact(maxRows, out)];
        activations = new float[values.length];
    }

    int width() {
        return out;
    }

    /** {@code [rows, out]}, live. */
    float[] activations() {
        return activations;
    }

    private Matrix weight(Parameters weights) {
        return Matrix.of(weights.values(weight), in, out);
    }

    private float[] gamma(Parameters weights) {
        return weights.values(weight + 1);
    }

    private float[] beta(Parameters weights) {
        return weights.values(weight + 2);
    }

    private int statistics() {
        return weight + 3;
    }

    private void multiply(Parameters weights, float[] x, int rows) {
        kernels.multiply(Matrix.of(x, rows, in), weight(weights), Matrix.of(values, rows, out));
    }

    /** {@code x[rows, in]} to {@link #activations()}; writes the layer's batch-norm sums into the contribution. */
    void forward(Parameters weights, float[] x, int rows, Contribution contribution) {
        multiply(weights, x, rows);
        if (batchNorm) {
            float[] sums = contribution.dense(statistics());
            norm.forward(values, activations, rows, gamma(weights), beta(weights), sums);
        } else {
            bias.addAndRectify(values, activations, rows, weights.values(weight + 1));
        }
    }

    /** As {@link #forward}, with the running statistics. */
    void infer(Parameters weights, float[] x, int rows) {
        multiply(weights, x, rows);
        if (batchNorm) {
            norm.infer(values, activations, rows, gamma(weights), beta(weights), weights.values(statistics()));
        } else {
            bias.addAndRectify(values, activations, rows, weights.values(weight + 1));
        }
    }

    /**
     * The gradient of the activations, {@code [rows, out]}, becomes in place the one of {@code x W}; writes the gradients of
     * the layer's tensors.
     */
    void backward(Parameters weights, float[] x, float[] gradient, int rows, Contribution contribution) {
        if (batchNorm) {
            norm.backward(
                    gradient,
                    values,
                    activations,
                    rows,
                    gamma(weights),
                    contribution.dense(weight + 1),
                    contribution.dense(weight + 2));
        } else {
            Columns.gate(gradient, activations, rows * out);
            bias.backward(gradient, rows, contribution.dense(weight + 1));
        }
        kernels.multiplyLeftTransposed(
                Matrix.of(x, rows, in), Matrix.of(gradient, rows, out), Matrix.of(contribution.dense(weight), in, out));
    }

    /** The gradient of the layer's input columns from {@code firstColumn} on, {@code [rows, in - firstColumn]}. */
    void backwardInput(Parameters weights, float[] gradient, int rows, int firstColumn, float[] inputGradient) {
        kernels.multiplyRightTransposed(
                Matrix.of(gradient, rows, out),
                weight(weights).rowsFrom(firstColumn),
                Matrix.of(inputGradient, rows, in - firstColumn));
    }
}
