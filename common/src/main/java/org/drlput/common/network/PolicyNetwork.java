package org.drlput.common.network;

import java.util.List;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Softmax;
import org.drlput.common.tensor.Parameters;

/**
 * The policy network of a {@link ModelSpec}: {@code state → logits [rows, actions]} of each member, what the reward model predicts,
 * and back. All buffers are made by the constructor, for at most {@code maxRows} rows a batch; no call allocates. Holds the last
 * forward's activations: one thread.
 *
 * <p>Embedding tables in the weights are whole tables; tensors stand in {@link ModelSpec#tensors} order.
 */
public final class PolicyNetwork {
    private final int maxRows;
    private final int actions;
    private final int members;
    private final boolean shared;
    private final InputLayer inputLayer;
    /** Members first, then the reward's. */
    private final Tower[] towers;

    private final float[] input;
    /** Of the input's embedding columns, over all towers; empty where there is one. */
    private final float[] inputGradient;
    /** Gradients of the outputs of the tower whose turn it is. */
    private final float[][] ofOne = new float[1][];

    private final float[][] ofTwo = new float[2][];
    private final Softmax softmax;

    public PolicyNetwork(ModelSpec spec, Kernels kernels, int maxRows) {
        this.maxRows = maxRows;
        this.actions = spec.actions();
        this.members = spec.members();
        this.shared = spec.reward().shared();
        inputLayer = new InputLayer(spec.features());
        float[][] scratch = new float[2][Math.multiplyExact(maxRows, spec.widest())];
        List<ModelSpec.Tower> shapes = spec.towers();
        towers = new Tower[shapes.size()];
        int tensor = inputLayer.tables();
        for (int t = 0; t < towers.length; t++) {
            ModelSpec.Tower shape = shapes.get(t);
            towers[t] = new Tower(spec, shape, tensor, kernels, maxRows, scratch);
            tensor += spec.hidden().size() * spec.layerTensors()
                    + shape.outputs().stream()
                            .mapToInt(ModelSpec.Output::tensors)
                            .sum();
        }
        input = new float[Math.multiplyExact(maxRows, inputLayer.width())];
        inputGradient = new float[towers.length == 1 ? 0 : maxRows * (inputLayer.width() - inputLayer.numericWidth())];
        softmax = new Softmax(maxRows, actions);
    }

    public int maxRows() {
        return maxRows;
    }

    public int actions() {
        return actions;
    }

    /**
     * Computes all outputs of a training batch; writes the batch-norm sums into the contribution.
     *
     * @return the first member's {@link #logits}
     */
    public float[] forward(Parameters weights, EncodedBatch batch, Contribution contribution) {
        requireRows(batch.rowCount);
        inputLayer.gather(weights, batch, input);
        for (Tower tower : towers) {
            tower.forward(weights, input, batch.rowCount, contribution);
        }
        return logits(0);
    }

    /** Logits {@code [rows, actions]} of a member after the last {@link #forward} or {@link #infer}, live until the next. */
    public float[] logits(int member) {
        return towers[member].output(0);
    }

    /** Predictions {@code [rows, outputs]} of one of the reward models after the last {@link #forward}, live until the next. */
    public float[] rewards(int fold) {
        return shared ? towers[0].output(1) : towers[members + fold].output(0);
    }

    /** As below, of a network with one member and no reward model. */
    public void backward(Parameters weights, EncodedBatch batch, float[] logitGradient, Contribution contribution) {
        backward(weights, batch, new float[][] {logitGradient}, new float[0][], contribution);
    }

    /**
     * Gradients of all tensors from those of the last forward's outputs. The contribution must be cleared; its dense sums are
     * overwritten.
     *
     * @param logitGradients of each member, {@code [rows, actions]}
     * @param rewardGradients of each reward model, {@code [rows, outputs]}
     */
    public void backward(
            Parameters weights,
            EncodedBatch batch,
            float[][] logitGradients,
            float[][] rewardGradients,
            Contribution contribution) {
        int rows = batch.rowCount;
        int width = inputLayer.width() - inputLayer.numericWidth();
        float[] sum = inputGradient;
        for (int t = 0; t < towers.length; t++) {
            float[][] gradients = gradients(t, logitGradients, rewardGradients);
            float[] ofInput = towers[t].backward(weights, input, gradients, rows, contribution);
            if (towers.length == 1) {
                sum = ofInput;
            } else if (t == 0) {
                System.arraycopy(ofInput, 0, sum, 0, rows * width);
            } else {
                Tower.add(sum, ofInput, rows * width);
            }
        }
        inputLayer.scatter(sum, batch, contribution);
    }

    private float[][] gradients(int tower, float[][] logitGradients, float[][] rewardGradients) {
        float[][] gradients = shared ? ofTwo : ofOne;
        gradients[0] = tower < members ? logitGradients[tower] : rewardGradients[tower - members];
        if (shared) {
            gradients[1] = rewardGradients[0];
        }
        return gradients;
    }

    /** Probabilities {@code [rows, actions]}, the mean of the members', with the running batch-norm statistics. */
    public void infer(Parameters weights, EncodedBatch batch, float[] probabilities) {
        int rows = batch.rowCount;
        requireRows(rows);
        inputLayer.gather(weights, batch, input);
        for (int m = 0; m < members; m++) {
            towers[m].infer(weights, input, rows);
            softmax.compute(logits(m), rows);
            if (m == 0) {
                System.arraycopy(softmax.exponentials(), 0, probabilities, 0, rows * actions);
                for (int r = 0; r < rows; r++) {
                    scale(probabilities, r, (float) (1 / (members * softmax.sum(r))));
                }
            } else {
                for (int r = 0; r < rows; r++) {
                    add(softmax.exponentials(), probabilities, r, (float) (1 / (members * softmax.sum(r))));
                }
            }
        }
    }

    private void scale(float[] probabilities, int row, float share) {
        for (int i = row * actions; i < (row + 1) * actions; i++) {
            probabilities[i] *= share;
        }
    }

    private void add(float[] exponentials, float[] probabilities, int row, float share) {
        for (int i = row * actions; i < (row + 1) * actions; i++) {
            probabilities[i] += exponentials[i] * share;
        }
    }

    private void requireRows(int rows) {
        if (rows < 1 || rows > maxRows) {
            throw new IllegalArgumentException(
                    "batch: found %d rows, expected 1 to %d; make the network for more rows".formatted(rows, maxRows));
        }
    }
}
