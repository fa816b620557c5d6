package org.drlput.common.network;

import org.drlput.common.math.Columns;
import org.drlput.common.math.Tile;

/** A bias vector, added to every row of a matrix; and its gradient. One thread. */
final class RowBias {
    private final int columns;
    private final Columns sums;
    private final double[] totals;
    private final Tile.Shape shape;
    private final Tile x;
    private final Tile repeated;

    RowBias(int columns) {
        this.columns = columns;
        sums = new Columns(columns);
        totals = new double[columns];
        shape = Tile.Shape.of(columns);
        x = new Tile(shape);
        repeated = new Tile(shape);
    }

    /** {@code values[rows, columns] += bias}. */
    void add(float[] values, int rows, float[] bias) {
        float[] biases = repeated.repeat(bias);
        for (int row = 0; row < rows; row += shape.rows()) {
            int size = shape.size(row, rows);
            addTile(x.load(values, row, size), biases, size);
            x.store(values, row, size);
        }
    }

    /** {@code x[0, n) += bias}. */
    static void addTile(float[] x, float[] bias, int n) {
        for (int i = 0; i < n; i++) {
            x[i] += bias[i];
        }
    }

    /** {@code activations[rows, columns] = max(0, values + bias)}. */
    void addAndRectify(float[] values, float[] activations, int rows, float[] bias) {
        float[] biases = repeated.repeat(bias);
        for (int row = 0; row < rows; row += shape.rows()) {
            int size = shape.size(row, rows);
            rectifyTile(x.load(values, row, size), biases, size);
            x.store(activations, row, size);
        }
    }

    /** {@code x[0, n) = max(0, x + bias)}. */
    static void rectifyTile(float[] x, float[] bias, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = Math.max(0f, x[i] + bias[i]);
        }
    }

    /** Writes the bias' gradient: the column sums of the one of the values. */
    void backward(float[] gradient, int rows, float[] biasGradient) {
        sums.sum(gradient, rows, totals);
        for (int j = 0; j < columns; j++) {
            biasGradient[j] = (float) totals[j];
        }
    }
}
