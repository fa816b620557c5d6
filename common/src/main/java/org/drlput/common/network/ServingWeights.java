package org.drlput.common.network;

import java.util.Arrays;
import org.drlput.common.math.Matrix;
import org.drlput.common.tensor.Parameters;

/**
 * Weights made ready for single requests: what {@link PolicyNetwork#infer} computes of them each time, computed once. Of the first
 * member's tower, whose policy output is the plain one. Immutable, provided nobody writes to the weights; shared by any number of
 * {@link RequestNetwork}s.
 */
public final class ServingWeights {
    final Parameters weights;
    /** Per hidden layer, then of the output: {@code [in, out]}. */
    final Matrix[] matrices;
    /** The same as rows, each an array of its own: {@code [in][out]}. */
    final float[][][] rows;
    /** Per hidden layer: its bias, or without any {@code beta}; then that of the output. */
    final float[][] biases;
    /** Per hidden layer, with batch norm only: running means, inverse deviations, and scales. */
    final float[][] means;

    final float[][] inverses;
    final float[][] gammas;

    /** @param weights in the order of {@link ModelSpec#tensors} */
    public ServingWeights(ModelSpec spec, Parameters weights) {
        this.weights = weights;
        boolean plain = RequestNetwork.plain(spec);
        int layers = plain ? spec.hidden().size() : 0;
        matrices = new Matrix[layers + 1];
        rows = new float[layers + 1][][];
        biases = new float[layers + 1][];
        means = new float[layers][];
        inverses = new float[layers][];
        gammas = new float[layers][];
        if (!plain) {
            return;
        }
        int tensor = spec.features().categorical().size()
                + spec.features().multiCategorical().size();
        int in = spec.features().inputWidth();
        for (int i = 0; i < layers; i++) {
            int out = spec.hidden().get(i);
            setMatrix(i, weights.values(tensor), in, out);
            if (spec.batchNorm()) {
                gammas[i] = weights.values(tensor + 1);
                biases[i] = weights.values(tensor + 2);
                means[i] = new float[out];
                inverses[i] = new float[out];
                BatchNorm.running(weights.values(tensor + 3), means[i], inverses[i]);
                tensor += 4;
            } else {
                biases[i] = weights.values(tensor + 1);
                tensor += 2;
            }
            in = out;
        }
        setMatrix(layers, weights.values(tensor), in, spec.actions());
        biases[layers] = weights.values(tensor + 1);
    }

    private void setMatrix(int layer, float[] values, int in, int out) {
        matrices[layer] = Matrix.of(values, in, out);
        rows[layer] = new float[in][];
        for (int i = 0; i < in; i++) {
            rows[layer][i] = Arrays.copyOfRange(values, i * out, (i + 1) * out);
        }
    }
}
