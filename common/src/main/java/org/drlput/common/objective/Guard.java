package org.drlput.common.objective;

import java.util.Arrays;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;

/** Finds values that are not finite in a contribution. Holds scratch space: one thread. */
final class Guard {
    private static final int TILE = 1024;

    private final float[] tile = new float[TILE];
    private final float[] zeros = new float[TILE];

    /** Null, or the first tensor with a value that is not finite, and where. */
    @Nullable
    String refusal(Contribution contribution) {
        Arrays.fill(zeros, 0f);
        for (int t = 0; t < contribution.tensors().size(); t++) {
            addZeros(contribution.values(t), contribution.size(t));
        }
        float sum = 0;
        for (float zero : zeros) {
            sum += zero;
        }
        return sum == 0f ? null : describe(contribution);
    }

    /** x * 0 is 0 for all but NaN and infinities. */
    private void addZeros(float[] values, int n) {
        for (int from = 0; from < n; from += TILE) {
            int size = Math.min(TILE, n - from);
            System.arraycopy(values, from, tile, 0, size);
            addZeros(zeros, tile, size);
        }
    }

    private static void addZeros(float[] zeros, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            zeros[i] += x[i] * 0f;
        }
    }

    private static String describe(Contribution contribution) {
        for (int t = 0; t < contribution.tensors().size(); t++) {
            float[] values = contribution.values(t);
            for (int i = 0; i < contribution.size(t); i++) {
                if (!Float.isFinite(values[i])) {
                    TensorSpec tensor = contribution.tensors().get(t);
                    int slot = i / tensor.columns();
                    int row = tensor.sparse() ? contribution.sparse(t).row(slot) : slot;
                    return "gradient of %s: found %s at [%d, %d], expected a finite number"
                            .formatted(tensor.name(), values[i], row, i % tensor.columns());
                }
            }
        }
        throw new IllegalStateException("all values are finite");
    }
}
