package org.drlput.server.optimizer;

import org.drlput.common.gradient.SparseRows;

/**
 * Applies a rule to the touched rows of an embedding table: rows are short, so that many of them are copied together, with their
 * state, moved in one vector loop, and copied back. Holds scratch space: one thread.
 */
final class TouchedRows {
    private static final int FLOATS = 2048;

    private float[] weights = new float[FLOATS];
    private float[] sums = new float[FLOATS];
    private final float[][] state;

    TouchedRows(int stateArrays) {
        state = new float[stateArrays][FLOATS];
    }

    void apply(UpdateRule rule, float[] table, float[][] tableState, SparseRows touched, float inverseRows) {
        int columns = touched.columns();
        int atOnce = Math.max(1, FLOATS / columns);
        reserve(columns);
        for (int first = 0; first < touched.count(); first += atOnce) {
            int count = Math.min(atOnce, touched.count() - first);
            System.arraycopy(touched.values(), first * columns, sums, 0, count * columns);
            copyOut(table, weights, touched, first, count);
            for (int s = 0; s < state.length; s++) {
                copyOut(tableState[s], state[s], touched, first, count);
            }
            rule.apply(weights, state, sums, count * columns, inverseRows, true);
            copyBack(weights, table, touched, first, count);
            for (int s = 0; s < state.length; s++) {
                copyBack(state[s], tableState[s], touched, first, count);
            }
        }
    }

    private void reserve(int columns) {
        if (columns > weights.length) {
            weights = new float[columns];
            sums = new float[columns];
            for (int s = 0; s < state.length; s++) {
                state[s] = new float[columns];
            }
        }
    }

    private static void copyOut(float[] table, float[] rows, SparseRows touched, int first, int count) {
        int columns = touched.columns();
        for (int i = 0; i < count; i++) {
            System.arraycopy(table, touched.row(first + i) * columns, rows, i * columns, columns);
        }
    }

    private static void copyBack(float[] rows, float[] table, SparseRows touched, int first, int count) {
        int columns = touched.columns();
        for (int i = 0; i < count; i++) {
            System.arraycopy(rows, i * columns, table, touched.row(first + i) * columns, columns);
        }
    }
}
