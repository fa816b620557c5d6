package org.drlput.common.network;

import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Matrix;
import org.drlput.common.math.Softmax;
import org.drlput.common.tensor.Parameters;

/**
 * The policy network of a {@link ModelSpec}: {@code state → logits [rows, actions]}, and back. All buffers are made by the
 * constructor, for at most {@code maxRows} rows a batch; no call allocates. Holds the last forward's activations: one thread.
 *
 * <p>Embedding tables in the weights are whole tables; tensors stand in {@link ModelSpec#tensors} order.
 */
public final class PolicyNetwork {
    private final Kernels kernels;
    private final int maxRows;
    private final int actions;
    private final InputLayer inputLayer;
    private final HiddenLayer[] layers;
    private final int outputWeight;
    private final int lastWidth;
    private final float[] input;
    private final float[] logits;
    /** Gradients of two neighbouring layers' activations, and of the input. */
    private final float[][] gradients = new float[2][];

    private final RowBias outputBias;
    private final Softmax softmax;

    public PolicyNetwork(ModelSpec spec, Kernels kernels, int maxRows) {
        this.kernels = kernels;
        this.maxRows = maxRows;
        this.actions = spec.actions();
        inputLayer = new InputLayer(spec.features());
        layers = new HiddenLayer[spec.hidden().size()];
        int tensor = inputLayer.tables();
        int in = inputLayer.width();
        int widest = in;
        for (int i = 0; i < layers.length; i++) {
            int out = spec.hidden().get(i);
            layers[i] = new HiddenLayer(kernels, in, out, spec.batchNorm(), tensor, maxRows);
            tensor += spec.batchNorm() ? 4 : 2;
            widest = Math.max(widest, out);
            in = out;
        }
        outputWeight = tensor;
        lastWidth = in;
        input = new float[Math.multiplyExact(maxRows, inputLayer.width())];
        logits = new float[Math.multiplyExact(maxRows, actions)];
        gradients[0] = new float[Math.multiplyExact(maxRows, widest)];
        gradients[1] = new float[gradients[0].length];
        outputBias = new RowBias(actions);
        softmax = new Softmax(maxRows, actions);
    }

    public int maxRows() {
        return maxRows;
    }

    public int actions() {
        return actions;
    }

    /**
     * Logits {@code [rows, actions]} of a training batch, live until the next call; writes the batch-norm sums into the
     * contribution.
     */
    public float[] forward(Parameters weights, EncodedBatch batch, Contribution contribution) {
        requireRows(batch.rowCount);
        inputLayer.gather(weights, batch, input);
        float[] x = input;
        for (HiddenLayer layer : layers) {
            layer.forward(weights, x, batch.rowCount, contribution);
            x = layer.activations();
        }
        output(weights, x, batch.rowCount);
        return logits;
    }

    private Matrix outputWeight(Parameters weights) {
        return Matrix.of(weights.values(outputWeight), lastWidth, actions);
    }

    private void output(Parameters weights, float[] x, int rows) {
        kernels.multiply(Matrix.of(x, rows, lastWidth), outputWeight(weights), Matrix.of(logits, rows, actions));
        outputBias.add(logits, rows, weights.values(outputWeight + 1));
    }

    /**
     * Gradients of all tensors from the gradient of the last forward's logits, {@code [rows, actions]}. The contribution must be
     * cleared; its dense sums are overwritten.
     */
    public void backward(Parameters weights, EncodedBatch batch, float[] logitGradient, Contribution contribution) {
        int rows = batch.rowCount;
        float[] x = layers.length == 0 ? input : layers[layers.length - 1].activations();
        Matrix gradient = Matrix.of(logitGradient, rows, actions);
        kernels.multiplyLeftTransposed(
                Matrix.of(x, rows, lastWidth),
                gradient,
                Matrix.of(contribution.dense(outputWeight), lastWidth, actions));
        outputBias.backward(logitGradient, rows, contribution.dense(outputWeight + 1));
        int first = layers.length == 0 ? inputLayer.numericWidth() : 0;
        int side = 0;
        if (lastWidth > first) {
            kernels.multiplyRightTransposed(
                    gradient,
                    outputWeight(weights).rowsFrom(first),
                    Matrix.of(gradients[side], rows, lastWidth - first));
        }
        for (int i = layers.length - 1; i >= 0; i--) {
            float[] below = i == 0 ? input : layers[i - 1].activations();
            layers[i].backward(weights, below, gradients[side], rows, contribution);
            int column = i == 0 ? inputLayer.numericWidth() : 0;
            if (i > 0 || inputLayer.tables() > 0) {
                layers[i].backwardInput(weights, gradients[side], rows, column, gradients[1 - side]);
            }
            side = 1 - side;
        }
        inputLayer.scatter(gradients[side], batch, contribution);
    }

    /** Probabilities {@code [rows, actions]}, with the running batch-norm statistics. */
    public void infer(Parameters weights, EncodedBatch batch, float[] probabilities) {
        requireRows(batch.rowCount);
        inputLayer.gather(weights, batch, input);
        float[] x = input;
        for (HiddenLayer layer : layers) {
            layer.infer(weights, x, batch.rowCount);
            x = layer.activations();
        }
        output(weights, x, batch.rowCount);
        softmax.compute(logits, batch.rowCount);
        System.arraycopy(softmax.exponentials(), 0, probabilities, 0, batch.rowCount * actions);
        for (int r = 0; r < batch.rowCount; r++) {
            float share = (float) (1 / softmax.sum(r));
            for (int i = r * actions; i < (r + 1) * actions; i++) {
                probabilities[i] *= share;
            }
        }
    }

    private void requireRows(int rows) {
        if (rows < 1 || rows > maxRows) {
            throw new IllegalArgumentException(
                    "batch: found %d rows, expected 1 to %d; make the network for more rows".formatted(rows, maxRows));
        }
    }
}
