package org.drlput.common.network;

import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.tensor.Parameters;

/** Hidden layers one upon another, and output layers on the last one. Holds the last forward's activations: one thread. */
final class Tower {
    private final HiddenLayer[] layers;
    private final Output[] outputs;
    private final int lastWidth;
    /** Of the input: columns from here on are of embeddings, and have a gradient. */
    private final int firstColumn;

    private final boolean embeddings;
    /** Gradients of two neighbouring layers' activations, of any tower of the network. */
    private final float[][] scratch;

    /**
     * @param tensor index of the tower's first tensor, see {@link ModelSpec}
     * @param scratch two arrays for rows of {@link ModelSpec#widest}
     */
    Tower(ModelSpec spec, ModelSpec.Tower shape, int tensor, Kernels kernels, int maxRows, float[][] scratch) {
        this.scratch = scratch;
        layers = new HiddenLayer[spec.hidden().size()];
        int at = tensor;
        int in = spec.features().inputWidth();
        for (int i = 0; i < layers.length; i++) {
            int out = spec.hidden().get(i);
            layers[i] = new HiddenLayer(kernels, in, out, spec.batchNorm(), at, maxRows);
            at += spec.layerTensors();
            in = out;
        }
        lastWidth = in;
        outputs = new Output[shape.outputs().size()];
        for (int o = 0; o < outputs.length; o++) {
            ModelSpec.Output output = shape.outputs().get(o);
            ModelSpec.ActionHead head = output.head();
            outputs[o] = head.axes().isEmpty()
                    ? new OutputLayer(kernels, in, output.width(), at, maxRows)
                    : new AxesOutput(kernels, in, head.axes(), head.plain(), at, maxRows);
            at += output.tensors();
        }
        firstColumn = spec.features().numericWidth();
        embeddings = spec.features().inputWidth() > firstColumn;
    }

    /** {@code [rows, width]} of one of the tower's outputs, live. */
    float[] output(int index) {
        return outputs[index].values();
    }

    /** All outputs of a training batch; writes the batch-norm sums into the contribution. */
    void forward(Parameters weights, float[] input, int rows, Contribution contribution) {
        float[] x = input;
        for (HiddenLayer layer : layers) {
            layer.forward(weights, x, rows, contribution);
            x = layer.activations();
        }
        for (Output output : outputs) {
            output.forward(weights, x, rows);
        }
    }

    /** The first output, with the running statistics. */
    void infer(Parameters weights, float[] input, int rows) {
        float[] x = input;
        for (HiddenLayer layer : layers) {
            layer.infer(weights, x, rows);
            x = layer.activations();
        }
        outputs[0].forward(weights, x, rows);
    }

    /**
     * Writes the gradients of the tower's tensors from those of its outputs, {@code [rows, width]} each; returns the one of the
     * input's embedding columns, live until the next call of any tower.
     */
    float[] backward(
            Parameters weights, float[] input, float[][] outputGradients, int rows, Contribution contribution) {
        float[] x = layers.length == 0 ? input : layers[layers.length - 1].activations();
        int first = layers.length == 0 ? firstColumn : 0;
        for (int o = 0; o < outputs.length; o++) {
            outputs[o].backward(x, outputGradients[o], rows, contribution);
            if (lastWidth > first) {
                outputs[o].backwardInput(weights, outputGradients[o], rows, first, scratch[o == 0 ? 0 : 1]);
                if (o > 0) {
                    add(scratch[0], scratch[1], rows * (lastWidth - first));
                }
            }
        }
        int side = 0;
        for (int i = layers.length - 1; i >= 0; i--) {
            float[] below = i == 0 ? input : layers[i - 1].activations();
            layers[i].backward(weights, below, scratch[side], rows, contribution);
            int column = i == 0 ? firstColumn : 0;
            if (i > 0 || embeddings) {
                layers[i].backwardInput(weights, scratch[side], rows, column, scratch[1 - side]);
            }
            side = 1 - side;
        }
        return scratch[side];
    }

    static void add(float[] left, float[] right, int n) {
        for (int i = 0; i < n; i++) {
            left[i] += right[i];
        }
    }
}
