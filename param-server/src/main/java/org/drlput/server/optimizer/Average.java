package org.drlput.server.optimizer;

import java.util.List;
import org.drlput.common.tensor.Parameters;

/**
 * The average of weights over updates, as what it lacks to the weights: {@code average = weight - gap · share}, each by itself.
 *
 * @param gaps per tensor, live, of its shape
 */
public record Average(List<float[]> gaps, float share) {
    /** Writes the average of {@code weights[from, from + count)} of a tensor to the same places of {@code into}. */
    public void write(int tensor, float[] weights, float[] into, int from, int count) {
        write(weights, gaps.get(tensor), into, from, from + count, share);
    }

    private static void write(float[] weights, float[] gap, float[] into, int from, int to, float share) {
        for (int i = from; i < to; i++) {
            into[i] = weights[i] - gap[i] * share;
        }
    }

    /** The average as weights of their own. */
    public Parameters of(Parameters weights) {
        Parameters average = new Parameters(weights.tensors());
        for (int t = 0; t < gaps.size(); t++) {
            float[] into = average.values(t);
            write(t, weights.values(t), into, 0, into.length);
        }
        return average;
    }
}
