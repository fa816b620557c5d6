package org.drlput.common.network;

import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Columns;
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

    private final Columns columns;
    private final double[] biasSums;
    private final float[] scratch;

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
        columns = new Columns(actions);
        biasSums = new double[actions];
        scratch = new float[actions];
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
        float[] bias = weights.values(outputWeight + 1);
        for (int r = 0; r < rows; r++) {
            addRow(logits, r * actions, bias, actions);
        }
    }

    private static void addRow(float[] values, int at, float[] row, int n) {
        for (int j = 0; j < n; j++) {
            values[at + j] += row[j];
        }
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
        columns.sum(logitGradient, rows, actions, biasSums);
        HiddenLayer.toFloat(biasSums, contribution.dense(outputWeight + 1), actions);
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
        for (int r = 0; r < batch.rowCount; r++) {
            int at = r * actions;
            float greatest = logits[at + Softmax.greatest(logits, at, actions)];
            double sum = Softmax.exponentials(logits, at, actions, greatest, probabilities, at, scratch);
            float share = (float) (1 / sum);
            for (int j = 0; j < actions; j++) {
                probabilities[at + j] *= share;
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
