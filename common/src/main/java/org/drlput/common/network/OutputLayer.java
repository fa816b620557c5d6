package org.drlput.common.network;

import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Matrix;
import org.drlput.common.tensor.Parameters;

/** A linear layer at a tower's end: {@code x W + bias}. Holds the last outputs: one thread. */
final class OutputLayer {
    private final Kernels kernels;
    private final RowBias bias;
    private final int in;
    private final int out;
    private final int weight;
    /** {@code [rows, out]}. */
    private final float[] values;

    /** {@code weight} is the index of the layer's matrix; its bias follows. */
    OutputLayer(Kernels kernels, int in, int out, int weight, int maxRows) {
        this.kernels = kernels;
        this.bias = new RowBias(out);
        this.in = in;
        this.out = out;
        this.weight = weight;
        values = new float[Math.multiplyExact(maxRows, out)];
    }

    /** {@code [rows, out]}, live. */
    float[] values() {
        return values;
    }

    private Matrix weight(Parameters weights) {
        return Matrix.of(weights.values(weight), in, out);
    }

    void forward(Parameters weights, float[] x, int rows) {
        kernels.multiply(Matrix.of(x, rows, in), weight(weights), Matrix.of(values, rows, out));
        bias.add(values, rows, weights.values(weight + 1));
    }

    /** Writes the gradients of the layer's tensors from the one of its outputs. */
    void backward(float[] x, float[] gradient, int rows, Contribution contribution) {
        kernels.multiplyLeftTransposed(
                Matrix.of(x, rows, in),
                Matrix.of(gradient, rows, out),
                Matrix.of(contribution.dense(weight), in, out));
        bias.backward(gradient, rows, contribution.dense(weight + 1));
    }

    /** The gradient of the layer's input columns from {@code firstColumn} on, {@code [rows, in - firstColumn]}. */
    void backwardInput(Parameters weights, float[] gradient, int rows, int firstColumn, float[] inputGradient) {
        kernels.multiplyRightTransposed(
                Matrix.of(gradient, rows, out),
                weight(weights).rowsFrom(firstColumn),
                Matrix.of(inputGradient, rows, in - firstColumn));
    }
}
