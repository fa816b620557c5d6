package org.drlput.common.estimate;

import org.drlput.common.estimate.LoggedRows.Intervals;

/** The rows of one group, all of them or a segment, by each measure. Mutable; one thread. */
final class RowGroup {
    private final LoggedRows[] measures;
    private final Support[] support;
    private final GreedyActions greedy;

    RowGroup(EvaluationPlan plan, int measureCount, int policyCount, int actionCount, Intervals intervals) {
        measures = new LoggedRows[measureCount];
        for (int m = 0; m < measureCount; m++) {
            Estimators estimators = m == Measures.REWARD ? plan.estimators() : plan.ofOutcomes();
            // resampling takes a tenth of a second: outcomes have the normal interval alone
            measures[m] = new LoggedRows(estimators, policyCount, m == Measures.REWARD ? intervals : Intervals.NORMAL);
        }
        support = new Support[policyCount];
        for (int p = 0; p < policyCount; p++) {
            support[p] = new Support(actionCount);
        }
        greedy = new GreedyActions(actionCount);
    }

    /** Adds the i-th row of a batch. */
    void add(RowScores rows, int i, int greedyOfFirst) {
        for (int m = 0; m < measures.length; m++) {
            measures[m].add(rows, m, i);
        }
        greedy.add(greedyOfFirst);
    }

    Support support(int policy) {
        return support[policy];
    }

    /** Of the first policy. */
    GreedyActions greedy() {
        return greedy;
    }

    long count() {
        return measures[Measures.REWARD].count();
    }

    /** @param logged of all rows that were judged */
    Measured measured(int measure, LoggedActions logged) {
        double[] unsupported = new double[support.length];
        double[] expected = new double[support.length];
        for (int p = 0; p < support.length; p++) {
            unsupported[p] = support[p].unsupported(logged.rows());
            expected[p] = logged.uniform() ? support[p].expectedSampleSize() : Double.NaN;
        }
        return new Measured(measures[measure], unsupported, expected);
    }
}
