package org.drlput.common.network;

import java.util.Arrays;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Matrix;
import org.drlput.common.math.Softmax;
import org.jspecify.annotations.Nullable;

/**
 * The policy network for one request at a time, of whichever weights of its shape: the same bits as {@link PolicyNetwork#infer} of
 * one row. A network of one member with an output per action is computed here, in less time and without any allocation; any other
 * by a {@link PolicyNetwork}. Holds buffers: one thread.
 */
public final class RequestNetwork {
    private final Kernels kernels;
    private final boolean plainKernel;
    private final boolean batchNorm;
    private final InputLayer inputLayer;
    /** Of the input, then of each hidden layer: {@code [1, width]}. */
    private final Matrix[] activations;
    /** Of each hidden layer before its norm, then the logits: {@code [1, width]}. */
    private final Matrix[] products;

    private final Softmax softmax;
    /** Null where the network is computed here. */
    private final @Nullable PolicyNetwork other;

    private final float[] ofOther;

    public RequestNetwork(ModelSpec spec, Kernels kernels) {
        this.kernels = kernels;
        plainKernel = kernels.name().equals("plain");
        other = plain(spec) ? null : new PolicyNetwork(spec, kernels, 1);
        ofOther = new float[other == null ? 0 : spec.actions()];
        batchNorm = spec.batchNorm();
        inputLayer = new InputLayer(spec.features());
        int layers = spec.hidden().size();
        activations = new Matrix[layers + 1];
        products = new Matrix[layers + 1];
        activations[0] = row(inputLayer.width());
        for (int i = 0; i < layers; i++) {
            activations[i + 1] = row(spec.hidden().get(i));
            products[i] = row(spec.hidden().get(i));
        }
        products[layers] = row(spec.actions());
        softmax = new Softmax(1, spec.actions());
    }

    /** Whether the policy is one tower with one output per action; there may be a model of the reward beside it. */
    static boolean plain(ModelSpec spec) {
        return spec.members() == 1 && spec.head().equals(ModelSpec.ActionHead.PLAIN);
    }

    private static Matrix row(int width) {
        return Matrix.of(new float[width], 1, width);
    }

    /**
     * Probabilities {@code [actions]} of a batch of one row; live until the next call.
     *
     * @param weights of this network's shape
     */
    public float[] infer(ServingWeights weights, EncodedBatch request) {
        if (other != null) {
            other.infer(weights.weights, request, ofOther);
            return ofOther;
        }
        inputLayer.gather(weights.weights, request, activations[0].values());
        int layers = products.length - 1;
        for (int i = 0; i < layers; i++) {
            hidden(weights, i);
        }
        multiply(weights, layers);
        float[] logits = products[layers].values();
        RowBias.addTile(logits, weights.biases[layers], logits.length);
        softmax.compute(logits, 1);
        float[] probabilities = softmax.exponentials();
        float share = (float) (1 / softmax.sum(0));
        for (int a = 0; a < logits.length; a++) {
            probabilities[a] *= share;
        }
        return probabilities;
    }

    private void multiply(ServingWeights weights, int layer) {
        if (plainKernel) {
            combine(activations[layer].values(), weights.rows[layer], products[layer].values());
        } else {
            kernels.multiply(activations[layer], weights.matrices[layer], products[layer]);
        }
    }

    /** The plain kernel's sums, in its order, over rows that all begin at index 0: such loops become vector loops. */
    private static void combine(float[] factors, float[][] rows, float[] sums) {
        Arrays.fill(sums, 0f);
        int p = 0;
        for (; p + 4 <= rows.length; p += 4) {
            addFour(
                    sums,
                    rows[p],
                    rows[p + 1],
                    rows[p + 2],
                    rows[p + 3],
                    factors[p],
                    factors[p + 1],
                    factors[p + 2],
                    factors[p + 3]);
        }
        for (; p < rows.length; p++) {
            addOne(sums, rows[p], factors[p]);
        }
    }

    private static void addFour(
            float[] sums,
            float[] row0,
            float[] row1,
            float[] row2,
            float[] row3,
            float x0,
            float x1,
            float x2,
            float x3) {
        for (int j = 0; j < sums.length; j++) {
            sums[j] += x0 * row0[j] + x1 * row1[j] + (x2 * row2[j] + x3 * row3[j]);
        }
    }

    private static void addOne(float[] sums, float[] row, float x) {
        for (int j = 0; j < sums.length; j++) {
            sums[j] += x * row[j];
        }
    }

    private void hidden(ServingWeights weights, int i) {
        multiply(weights, i);
        float[] product = products[i].values();
        float[] out = activations[i + 1].values();
        if (batchNorm) {
            BatchNorm.normalizeTile(
                    product,
                    out,
                    out.length,
                    weights.means[i],
                    weights.inverses[i],
                    weights.gammas[i],
                    weights.biases[i]);
        } else {
            System.arraycopy(product, 0, out, 0, out.length);
            RowBias.rectifyTile(out, weights.biases[i], out.length);
        }
    }
}
