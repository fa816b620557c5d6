package org.drlput.common.network;

import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.Parameters;

/** The end of a tower. Holds the last outputs: one thread. */
interface Output {
    /** {@code [rows, width]}, live. */
    float[] values();

    /** @param x {@code [rows, in]} */
    void forward(Parameters weights, float[] x, int rows);

    /** Writes the gradients of the output's tensors from the one of its values; before {@link #backwardInput}. */
    void backward(float[] x, float[] gradient, int rows, Contribution contribution);

    /** The gradient of the input columns from {@code firstColumn} on, {@code [rows, in - firstColumn]}. */
    void backwardInput(Parameters weights, float[] gradient, int rows, int firstColumn, float[] inputGradient);
}
