package org.drlput.common.objective;

/**
 * Which rows a member learns from: with one member all, with more those of all folds but its own. A member scores the rows that it does
 * not learn from, so that metrics are of rows that were never trained on; a single one scores each row before it trains.
 */
record MemberRows(RowHashes hashes, int member, int members) {
    boolean trains(int row) {
        return members == 1 || hashes.member(row, members) != member;
    }

    boolean scores(int row) {
        return members == 1 || hashes.member(row, members) == member;
    }
}
