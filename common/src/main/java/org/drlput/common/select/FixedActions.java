package org.drlput.common.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.reward.RewardComposite;

/**
 * What each action would earn if everybody got it, by the rows on which it was logged. All valid rows count, those that train too:
 * nothing was fitted to them but the choice among K numbers. Mutable; one thread.
 */
public final class FixedActions {
    private final RewardComposite reward;
    private final List<MatchedRows> actions = new ArrayList<>();
    private double[] rewards = new double[0];

    public FixedActions(Experiment experiment) {
        reward = RewardComposite.of(experiment.reward());
        int count = ActionSpace.of(experiment.actions()).size();
        for (int action = 0; action < count; action++) {
            actions.add(new MatchedRows());
        }
    }

    /** Adds the block's rows that are not rejected. */
    public void add(Block block) {
        if (rewards.length < block.rowCount()) {
            rewards = new double[block.rowCount()];
        }
        reward.compute(block, rewards);
        for (int i = 0; i < block.rowCount(); i++) {
            if (block.rowState()[i] != Block.REJECTED) {
                actions.get(block.actionId()[i]).add(block.rowWeight(i) / block.propensity()[i], rewards[i]);
            }
        }
    }

    /** The actions that can be judged, by id. */
    List<Candidate> candidates(Experiment.Evaluation floors) {
        List<Candidate> candidates = new ArrayList<>();
        for (int action = 0; action < actions.size(); action++) {
            MatchedRows rows = actions.get(action);
            if (rows.judged(floors)) {
                candidates.add(Candidate.of(null, null, action, rows));
            }
        }
        return candidates;
    }

    /**
     * The action with the greatest lower bound, the first of equals.
     *
     * @param floors what it takes to judge an action, as any estimate
     */
    public Optional<Candidate> best(Experiment.Evaluation floors) {
        return candidates(floors).stream().reduce((best, next) -> next.low() > best.low() ? next : best);
    }
}
