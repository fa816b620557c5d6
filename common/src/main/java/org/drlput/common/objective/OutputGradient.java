package org.drlput.common.objective;

import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Metrics;

/** From a member's outputs to their gradient. Holds it: one thread. */
interface OutputGradient {
    /**
     * The gradient {@code [rows, actions]} of what is maximized by a member's outputs, live until the next call; adds the rows that
     * the member scores to the metrics.
     *
     * @param taken off the rewards
     */
    float[] compute(float[] outputs, EncodedBatch batch, MemberRows rows, Predictions taken, Metrics metrics);
}
