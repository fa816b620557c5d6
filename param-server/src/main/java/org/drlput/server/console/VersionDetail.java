package org.drlput.server.console;

import java.util.List;
import org.drlput.common.estimate.Evaluation;
import org.jspecify.annotations.Nullable;

/**
 * All of one version.
 *
 * @param experiment null where it can not be read
 * @param evaluation null: none yet, or it can not be read
 * @param actions that the greedy policy takes, most frequent first, at most {@link #MAX_ACTIONS}
 * @param actionsTaken how many there are in all
 */
record VersionDetail(
        VersionRow row,
        @Nullable ExperimentView experiment,
        @Nullable Evaluation evaluation,
        List<TakenAction> actions,
        int actionsTaken) {
    static final int MAX_ACTIONS = 200;

    /** @param values hyperparameters of the action, in the experiment's order; empty where it is not on the experiment's grid */
    record TakenAction(int action, long rows, List<Double> values) {}
}
