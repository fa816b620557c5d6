package org.drlput.common.network;

import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Matrix;
import org.drlput.common.tensor.Parameters;

/** A linear output: {@code x W + bias}. */
final class OutputLayer implements Output {
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

    @Override
    public float[] values() {
        return values;
    }

    private Matrix weight(Parameters weights) {
        return Matrix.of(weights.values(weight), in, out);
    }

    @Override
    public void forward(Parameters weights, float[] x, int rows) {
        kernels.multiply(Matrix.of(x, rows, in), weight(weights), Matrix.of(values, rows, out));
        bias.add(values, rows, weights.values(weight + 1));
    }

    @Override
    public void backward(float[] x, float[] gradient, int rows, Contribution contribution) {
        kernels.multiplyLeftTransposed(
                Matrix.of(x, rows, in), Matrix.of(gradient, rows, out), Matrix.of(contribution.dense(weight), in, out));
        bias.backward(gradient, rows, contribution.dense(weight + 1));
    }

    @Override
    public void backwardInput(Parameters weights, float[] gradient, int rows, int firstColumn, float[] inputGradient) {
        kernels.multiplyRightTransposed(
                Matrix.of(gradient, rows, out),
                weight(weights).rowsFrom(firstColumn),
                Matrix.of(inputGradient, rows, in - firstColumn));
    }
}
