package org.drlput.server;

import java.util.List;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;

/**
 * A gradient that is a function of (step, micro-batch, weights), so that weights after a run show whether every contribution
 * counted once and was made from the right weights.
 */
public final class SyntheticGradient {
    private SyntheticGradient() {}

    /** Rows of an embedding table that a micro-batch touches. */
    public static int[] rows(TensorSpec table, long step, int microBatch) {
        int[] rows = new int[Math.min(3, table.rows())];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (int) Math.floorMod(hash(table.name().hashCode(), step, microBatch, i), table.rows());
        }
        return rows;
    }

    /** Whether this micro-batch has no rows. */
    public static boolean empty(long step, int microBatch) {
        return hash(1, step, microBatch, 0) % 5 == 0;
    }

    /** @param weights whole tensors */
    public static void fill(Contribution out, long step, int microBatch, Parameters weights) {
        if (empty(step, microBatch)) {
            return;
        }
        out.metrics().rows = 1L + Math.floorMod(hash(2, step, microBatch, 0), 8);
        out.metrics().rewardSum = value(3, step, microBatch, 0);
        out.metrics().weightSum = value(4, step, microBatch, 0);
        List<TensorSpec> tensors = weights.tensors();
        for (int t = 0; t < tensors.size(); t++) {
            TensorSpec tensor = tensors.get(t);
            float[] w = weights.values(t);
            if (tensor.sparse()) {
                for (int row : rows(tensor, step, microBatch)) {
                    float[] gradient = new float[tensor.columns()];
                    for (int c = 0; c < gradient.length; c++) {
                        gradient[c] = value(t, step, microBatch, c) - 0.1f * w[row * tensor.columns() + c];
                    }
                    out.sparse(t).addRow(row, gradient, 0);
                }
                continue;
            }
            float[] sums = out.dense(t);
            for (int i = 0; i < sums.length; i++) {
                float value = value(t, step, microBatch, i) - 0.1f * w[i];
                sums[i] = tensor.role() == Role.STATISTIC && i % 2 == 1 ? value * value : value;
            }
        }
    }

    private static float value(long tensor, long step, int microBatch, long place) {
        return (hash(tensor, step, microBatch, place) >> 40) * 0x1p-23f;
    }

    private static long hash(long a, long b, long c, long d) {
        long z = ((a * 31 + b) * 0x9E3779B97F4A7C15L + c) * 0xBF58476D1CE4E5B9L + d;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
