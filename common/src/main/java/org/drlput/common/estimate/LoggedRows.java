package org.drlput.common.estimate;

/**
 * The logged rows of one group (all of them, or a segment), summed up for every estimator: memory does not grow with their number.
 * Mutable; one thread.
 */
final class LoggedRows {
    /**
     * Columns of {@link #moments}: the row's own weight w, wr, and ρ and ρr of the policy and of the manual setting, w being part
     * of ρ.
     */
    static final int REWARD = 0;

    static final int WEIGHT = 1;
    static final int WEIGHTED_REWARD = 2;
    static final int MANUAL_WEIGHT = 3;
    static final int MANUAL_WEIGHTED_REWARD = 4;
    static final int ROW_WEIGHT = 5;
    static final int COLUMNS = 6;

    private final RowMoments moments = new RowMoments(COLUMNS);
    private final ImportanceWeights policy = new ImportanceWeights();
    private final ImportanceWeights manual = new ImportanceWeights();
    private final ImportanceWeights behaviour = new ImportanceWeights();
    private final GreedyActions greedy;
    private final double[] row = new double[COLUMNS];

    LoggedRows(int actions) {
        greedy = new GreedyActions(actions);
    }

    /** Adds a row that counts as every other. */
    void add(double reward, double weight, double manualWeight, int greedyAction) {
        add(reward, 1, weight, manualWeight, greedyAction);
    }

    /**
     * Adds a row.
     *
     * @param rowWeight how often all traffic has the like of the row; 1 where rows are not reweighted
     * @param weight ρ of the policy, times {@code rowWeight}
     * @param manualWeight the same of always taking the manual setting
     * @param greedyAction of the policy
     */
    void add(double reward, double rowWeight, double weight, double manualWeight, int greedyAction) {
        row[ROW_WEIGHT] = rowWeight;
        row[REWARD] = rowWeight * reward;
        row[WEIGHT] = weight;
        row[WEIGHTED_REWARD] = weight * reward;
        row[MANUAL_WEIGHT] = manualWeight;
        row[MANUAL_WEIGHTED_REWARD] = manualWeight * reward;
        moments.add(row);
        policy.add(weight, reward);
        manual.add(manualWeight, reward);
        behaviour.add(rowWeight, reward);
        greedy.add(greedyAction);
    }

    long count() {
        return moments.count();
    }

    RowMoments moments() {
        return moments;
    }

    ImportanceWeights policy() {
        return policy;
    }

    ImportanceWeights manual() {
        return manual;
    }

    ImportanceWeights behaviour() {
        return behaviour;
    }

    GreedyActions greedy() {
        return greedy;
    }
}
