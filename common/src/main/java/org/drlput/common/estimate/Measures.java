package org.drlput.common.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.log.Block;
import org.drlput.common.reward.RewardComposite;

/** What policies are judged by: the active reward, and each outcome by itself, seen within its window. Immutable. */
final class Measures {
    /** Index of the reward; outcome o is measure 1 + o. */
    static final int REWARD = 0;

    private final List<String> outcomes;
    private final List<RewardComposite> composites = new ArrayList<>();

    Measures(Experiment experiment) {
        Reward reward = experiment.reward();
        outcomes = List.copyOf(reward.outcomes().keySet());
        composites.add(RewardComposite.of(reward));
        for (String outcome : outcomes) {
            Reward alone = new Reward(outcome, reward.outcomes(), Map.of(outcome, Map.of(outcome, 1.0)));
            composites.add(RewardComposite.of(alone));
        }
    }

    int count() {
        return composites.size();
    }

    /** Names of the outcomes, in the experiment's order. */
    List<String> outcomes() {
        return outcomes;
    }

    /** {@code [measures][rows]} of a block. */
    double[][] of(Block block) {
        double[][] values = new double[composites.size()][block.rowCount()];
        for (int m = 0; m < values.length; m++) {
            composites.get(m).compute(block, values[m]);
        }
        return values;
    }
}
