package org.drlput.common.estimate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.estimate.Evaluation.ActionShare;
import org.drlput.common.estimate.Evaluation.Distribution;
import org.drlput.common.estimate.Evaluation.ValueShare;

/** How often the greedy policy takes each action. Mutable; one thread. */
final class GreedyActions {
    private final long[] counts;
    private long total;

    GreedyActions(int actions) {
        counts = new long[actions];
    }

    void add(int actionId) {
        counts[actionId]++;
        total++;
    }

    /**
     * {@code max_a N_a / N}, the share of the most frequent action: near 1 the state is ignored. NaN without rows.
     *
     * <p>Source: arXiv 2509.05292, where it is called Diversity.
     */
    double diversity() {
        long most = 0;
        for (long count : counts) {
            most = Math.max(most, count);
        }
        return (double) most / total;
    }

    /** The actions that are taken, by id. */
    List<ActionShare> shares() {
        List<ActionShare> shares = new ArrayList<>();
        for (int action = 0; action < counts.length; action++) {
            if (counts[action] > 0) {
                shares.add(new ActionShare(action, counts[action]));
            }
        }
        return shares;
    }

    /** Of each hyperparameter its mean, and how often it takes each of its values. */
    Map<String, Distribution> hyperparameters(ActionSpace actions) {
        Map<String, Distribution> byName = new LinkedHashMap<>();
        for (int h = 0; h < actions.names().size(); h++) {
            double[] values = actions.axisValues(h);
            Map<Integer, Long> rowsByGroup = new TreeMap<>();
            for (int action = 0; action < counts.length; action++) {
                rowsByGroup.merge(actions.group(action, h), counts[action], Long::sum);
            }
            double sum = 0;
            List<ValueShare> shares = new ArrayList<>();
            for (Map.Entry<Integer, Long> entry : rowsByGroup.entrySet()) {
                sum += values[entry.getKey()] * entry.getValue();
                shares.add(new ValueShare(values[entry.getKey()], entry.getValue()));
            }
            byName.put(actions.names().get(h), new Distribution(sum / total, shares));
        }
        return byName;
    }
}
