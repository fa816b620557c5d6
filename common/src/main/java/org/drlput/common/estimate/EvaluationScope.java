package org.drlput.common.estimate;

import org.drlput.common.log.Block;

/** Which rows are judged, and which policy. */
public record EvaluationScope(Rows rows, Target target) {
    /** The greedy policy on rows that never trained: what versions of a run are judged by. */
    public static final EvaluationScope HOLD_OUT = new EvaluationScope(Rows.HELD_OUT, Target.GREEDY);

    /** The greedy policy on all valid rows: for logs that the version was not trained on. */
    public static final EvaluationScope WHOLE_LOG = new EvaluationScope(Rows.VALID, Target.GREEDY);

    public enum Rows {
        HELD_OUT,
        /** Those that are trained on. */
        TRAINED,
        /** All but the rejected ones. */
        VALID;

        boolean include(byte rowState) {
            return switch (this) {
                case HELD_OUT -> rowState == Block.HELD_OUT;
                case TRAINED -> rowState == Block.TRAIN;
                case VALID -> rowState != Block.REJECTED;
            };
        }
    }

    public enum Target {
        /** Takes the most probable action. */
        GREEDY,
        /** Draws from the probabilities. */
        STOCHASTIC
    }
}
