package org.drlput.common.objective;

import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.TensorSpec.Role;

/** Bounds the norm of a micro-batch's mean gradient, over all tensors together. Stateless. */
final class GradientClip {
    private GradientClip() {}

    /** Scales the gradient sums, so that the norm of their mean over the rows is at most {@code bound}. */
    static void apply(Contribution contribution, double bound) {
        double squares = 0;
        for (int t = 0; t < contribution.tensors().size(); t++) {
            if (contribution.tensors().get(t).role() != Role.STATISTIC) {
                squares += squares(contribution.values(t), contribution.size(t));
            }
        }
        double norm = Math.sqrt(squares) / contribution.metrics().rows;
        // an infinite norm is left for the guard to name
        if (norm > bound && norm < Double.POSITIVE_INFINITY) {
            float factor = (float) (bound / norm);
            for (int t = 0; t < contribution.tensors().size(); t++) {
                if (contribution.tensors().get(t).role() != Role.STATISTIC) {
                    scale(contribution.values(t), contribution.size(t), factor);
                }
            }
        }
    }

    private static double squares(float[] values, int n) {
        double even = 0;
        double odd = 0;
        for (int i = 0; i + 1 < n; i += 2) {
            even += (double) values[i] * values[i];
            odd += (double) values[i + 1] * values[i + 1];
        }
        if (n % 2 == 1) {
            even += (double) values[n - 1] * values[n - 1];
        }
        return even + odd;
    }

    private static void scale(float[] values, int n, float factor) {
        for (int i = 0; i < n; i++) {
            values[i] *= factor;
        }
    }
}
