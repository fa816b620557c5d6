package org.drlput.common.objective;

/** What is expected of a row's reward before it is known: the same for all rows, or what a {@link RewardModel} predicts. */
interface Predictions {
    /** Of the row's logged action. */
    double of(int row, int action);
}
