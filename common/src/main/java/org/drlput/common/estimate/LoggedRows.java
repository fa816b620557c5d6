package org.drlput.common.estimate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One measure (the reward, or an outcome) over the logged rows of one group (all of them, or a segment), summed up for some policies
 * and every estimator: memory does not grow with their number. Mutable; one thread.
 */
final class LoggedRows {
    /** The measure times the row's own weight: the behaviour policy's. */
    private static final int REWARD = 0;
    /** The row's own weight w. Behind it {@link Estimators#columns} of each policy, each times w. */
    private static final int ROW_WEIGHT = 1;

    private static final int POLICIES = 2;

    private final Estimators estimators;
    private final RowMoments moments;
    private final @Nullable Bootstrap bootstrap;
    private final List<ImportanceWeights> policies = new ArrayList<>();
    private final ImportanceWeights behaviour = new ImportanceWeights();
    private final double[] row;

    /** Which intervals there will be. */
    enum Intervals {
        NORMAL,
        /** And the bootstrap's and the empirical Bernstein bound's. */
        ALL
    }

    LoggedRows(Estimators estimators, int policyCount, Intervals intervals) {
        this.estimators = estimators;
        int width = POLICIES + policyCount * estimators.columns();
        moments = new RowMoments(width);
        bootstrap = intervals == Intervals.ALL ? new Bootstrap(width) : null;
        for (int p = 0; p < policyCount; p++) {
            policies.add(new ImportanceWeights());
        }
        row = new double[width];
    }

    /** Adds a row that counts as every other. */
    void add(ScoredRow[] byPolicy) {
        add(1, byPolicy);
    }

    /**
     * Adds a row, as each of the policies sees it.
     *
     * @param rowWeight how often all traffic has the like of the row; 1 where rows are not reweighted
     */
    void add(double rowWeight, ScoredRow[] byPolicy) {
        row[ROW_WEIGHT] = rowWeight;
        row[REWARD] = rowWeight * byPolicy[0].reward();
        int at = POLICIES;
        for (int p = 0; p < byPolicy.length; p++) {
            ScoredRow scored = byPolicy[p];
            double weight = rowWeight * scored.weight();
            row[at++] = weight;
            for (Term term : estimators.terms()) {
                row[at++] = rowWeight * term.of(scored);
            }
            policies.get(p).add(weight, scored.reward());
        }
        moments.add(row);
        if (bootstrap != null) {
            bootstrap.add(row);
        }
        behaviour.add(rowWeight, byPolicy[0].reward());
    }

    long count() {
        return moments.count();
    }

    Estimators estimators() {
        return estimators;
    }

    RowMoments moments() {
        return moments;
    }

    /** Null where only normal intervals are asked for. */
    @Nullable
    Bootstrap bootstrap() {
        return bootstrap;
    }

    ImportanceWeights weights(int policy) {
        return policies.get(policy);
    }

    ImportanceWeights behaviour() {
        return behaviour;
    }

    /** The behaviour policy's value: the mean of all rows. */
    static Quantity behaviourValue() {
        return means -> Linearized.mean(means, REWARD).over(Linearized.mean(means, ROW_WEIGHT));
    }

    /** The value of one policy. */
    Quantity value(Estimator estimator, int policy) {
        int offset = POLICIES + policy * estimators.columns();
        return means -> estimator.value(new PolicyMeans(means, offset, estimators.terms()));
    }
}
