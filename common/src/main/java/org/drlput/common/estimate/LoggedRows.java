package org.drlput.common.estimate;

import org.jspecify.annotations.Nullable;

/**
 * One measure (the reward, or an outcome) over the logged rows of one group (all of them, or a segment), summed up for some policies
 * and every estimator: memory does not grow with their number.
 *
 * <p>Of a row that no policy matches, of K uniform actions nearly all, every column is 0, the reward, the row's weight, or q̂(s, π) of
 * a policy: those few are summed up, and spread over the columns at the end. Mutable; one thread.
 */
final class LoggedRows {
    /** The measure times the row's own weight: the behaviour policy's. */
    private static final int REWARD = 0;
    /** The row's own weight w. Behind it {@link Estimators#columns} of each policy, each times w. */
    private static final int ROW_WEIGHT = 1;

    private static final int POLICIES = 2;

    private final Estimators estimators;
    private final Term[] terms;
    private final boolean model;
    /** Of rows that some policy matches: {@code [width]}. */
    private final RowMoments matched;
    /** Of the others: reward, row weight, q̂(s, π) of each policy where an estimator asks for it. */
    private final RowMoments unmatched;

    /** The column of {@link #unmatched} that each column is there; -1: it is 0. */
    private final int[] columnOf;

    private final @Nullable Bootstrap bootstrap;
    private final ImportanceWeights[] policies;
    private final ImportanceWeights behaviour = new ImportanceWeights();
    private final double[] row;
    private final double[] few;
    /** Of all rows, since the last was added. */
    private @Nullable RowMoments moments;

    /** Which intervals there will be. */
    enum Intervals {
        NORMAL,
        /** And the bootstrap's and the empirical Bernstein bound's. */
        ALL
    }

    LoggedRows(Estimators estimators, int policyCount, Intervals intervals) {
        this.estimators = estimators;
        terms = estimators.terms().toArray(new Term[0]);
        model = estimators.useModel();
        columnOf = columns(policyCount, terms);
        row = new double[columnOf.length];
        few = new double[POLICIES + (model ? policyCount : 0)];
        matched = new RowMoments(row.length);
        unmatched = new RowMoments(few.length);
        bootstrap = intervals == Intervals.ALL ? new Bootstrap(columnOf, few.length) : null;
        policies = new ImportanceWeights[policyCount];
        for (int p = 0; p < policyCount; p++) {
            policies[p] = new ImportanceWeights();
        }
    }

    private static int[] columns(int policyCount, Term[] terms) {
        int[] columnOf = new int[POLICIES + policyCount * (1 + terms.length)];
        columnOf[ROW_WEIGHT] = ROW_WEIGHT;
        int at = POLICIES;
        for (int p = 0; p < policyCount; p++) {
            columnOf[at++] = -1;
            for (Term term : terms) {
                columnOf[at++] = term.usesModel() ? POLICIES + p : -1;
            }
        }
        return columnOf;
    }

    /** Adds the i-th row of a batch. */
    void add(RowScores rows, int measure, int i) {
        moments = null;
        double rowWeight = rows.rowWeight()[i];
        double reward = rows.reward()[measure][i];
        behaviour.add(rowWeight, reward);
        if (rows.matches(i)) {
            addMatched(rows, measure, i, rowWeight, reward);
            return;
        }
        few[REWARD] = rowWeight * reward;
        few[ROW_WEIGHT] = rowWeight;
        for (int p = 0; p < policies.length && model; p++) {
            few[POLICIES + p] = rowWeight * rows.modelOfPolicy()[measure][p][i];
        }
        unmatched.add(few);
        if (bootstrap != null) {
            bootstrap.addUnmatched(few);
        }
    }

    private void addMatched(RowScores rows, int measure, int i, double rowWeight, double reward) {
        row[REWARD] = rowWeight * reward;
        row[ROW_WEIGHT] = rowWeight;
        double residual = reward - rows.modelOfAction()[measure][i];
        int at = POLICIES;
        for (int p = 0; p < policies.length; p++) {
            double weight = rows.weight()[p][i];
            double ofPolicy = rows.modelOfPolicy()[measure][p][i];
            row[at++] = rowWeight * weight;
            for (Term term : terms) {
                double factor = term.factor(weight);
                row[at++] = rowWeight * (term.usesModel() ? ofPolicy + factor * residual : factor * reward);
            }
            policies[p].add(rowWeight * weight, reward);
        }
        matched.add(row);
        if (bootstrap != null) {
            bootstrap.add(row);
        }
    }

    long count() {
        return matched.count() + unmatched.count();
    }

    Estimators estimators() {
        return estimators;
    }

    RowMoments moments() {
        RowMoments all = moments;
        if (all == null) {
            all = matched.with(unmatched, columnOf);
            moments = all;
        }
        return all;
    }

    /** Null where only normal intervals are asked for. */
    @Nullable
    Bootstrap bootstrap() {
        return bootstrap;
    }

    ImportanceWeights weights(int policy) {
        return policies[policy];
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
