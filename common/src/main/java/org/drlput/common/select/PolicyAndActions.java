package org.drlput.common.select;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.jspecify.annotations.Nullable;

/**
 * What a policy and each single action are worth by the same rows, and by how much the policy is better: a difference whose interval
 * counts what both owe to the same rows. Each value is {@code Σ w r / Σ w} over the rows whose logged action is the one that would
 * be taken, w being one over the propensity. Mutable; one thread.
 *
 * <p>Source: Swaminathan and Joachims 2015, The self-normalized estimator for counterfactual learning, equation 6; the variance of
 * a difference of two ratios: Cochran 1977, Sampling techniques, section 6.17.
 */
public final class PolicyAndActions {
    private static final double Z95 = 1.959963984540054;

    private final MatchedRows logged = new MatchedRows();
    private final MatchedRows policy = new MatchedRows();
    private final List<MatchedRows> actions = new ArrayList<>();
    /** Rows of an action that the policy takes too. */
    private final List<MatchedRows> both = new ArrayList<>();

    private final long[] taken;

    /** @param actionCount K */
    public PolicyAndActions(int actionCount) {
        taken = new long[actionCount];
        for (int a = 0; a < actionCount; a++) {
            actions.add(new MatchedRows());
            both.add(new MatchedRows());
        }
    }

    /**
     * Adds a row that the policy did not learn from.
     *
     * @param greedy the policy's action
     * @param action that was logged, with this propensity
     * @param rowWeight what the row counts for, 1 as a rule
     */
    public void add(int greedy, int action, double propensity, double rowWeight, double reward) {
        double weight = rowWeight / propensity;
        taken[greedy]++;
        logged.add(rowWeight, reward);
        actions.get(action).add(weight, reward);
        if (greedy == action) {
            policy.add(weight, reward);
            both.get(action).add(weight, reward);
        }
    }

    /** A value, or a difference of two, with its 95 % interval. */
    public record Range(double value, double low, double high) {
        private static Range of(double value, double halfWidth) {
            return new Range(value, value - halfWidth, value + halfWidth);
        }
    }

    /**
     * What is known of the policy, of one action or of the log's own choices.
     *
     * @param action null: the policy, or the log
     * @param takenShare of the rows in which the policy takes the action; null where there is no action
     * @param value null where too few rows match
     * @param policyGains what the policy earns more than this; null where one of the two is not known
     */
    public record Standing(
            @Nullable Integer action,
            long matchedRows,
            long rewardedRows,
            @Nullable Double takenShare,
            @Nullable Range value,
            @Nullable Range policyGains) {}

    public long rows() {
        return logged.count();
    }

    /** What the log's own choices earned: the mean reward. */
    public Standing logged(Experiment.Evaluation floors) {
        return standing(null, logged, floors, null);
    }

    /** @param floors what it takes to judge a policy: matched rows, as effective sample size, and rewarded ones */
    public Standing policy(Experiment.Evaluation floors) {
        return standing(null, policy, floors, null);
    }

    /** The actions, the most valuable first; those that can not be judged at the end, by id. */
    public List<Standing> actions(Experiment.Evaluation floors) {
        List<Standing> standings = new ArrayList<>();
        for (int a = 0; a < actions.size(); a++) {
            MatchedRows rows = actions.get(a);
            boolean known = rows.judged(floors) && policy.judged(floors);
            standings.add(standing(a, rows, floors, known ? gain(a) : null));
        }
        standings.sort(Comparator.comparingDouble(
                s -> s.value() == null ? Double.POSITIVE_INFINITY : -s.value().value()));
        return standings;
    }

    private Standing standing(
            @Nullable Integer action, MatchedRows rows, Experiment.Evaluation floors, @Nullable Range gain) {
        return new Standing(
                action,
                rows.count(),
                rows.rewarded(),
                action == null ? null : (double) taken[action] / Math.max(1, logged.count()),
                rows.judged(floors) ? Range.of(rows.value(), rows.error()) : null,
                gain);
    }

    private Range gain(int action) {
        MatchedRows rows = actions.get(action);
        double one = policy.value();
        double other = rows.value();
        double variance = policy.spread(one, one) / policy.weights() / policy.weights()
                + rows.spread(other, other) / rows.weights() / rows.weights()
                - 2 * both.get(action).spread(one, other) / policy.weights() / rows.weights();
        return Range.of(one - other, Z95 * Math.sqrt(Math.max(0, variance)));
    }
}
