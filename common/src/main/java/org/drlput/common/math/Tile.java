package org.drlput.common.math;

/**
 * A few whole rows of a row-major matrix, copied out of it (and back), so that a loop over them starts at index 0 in every array
 * that it touches. That is what C2 asks of a loop before it vectorizes it: one index for all arrays. A loop that adds row r to a
 * vector of sums, say, has two, and runs at a fifth of the speed or less; the copies cost next to nothing, since tiles stay in
 * the first cache.
 *
 * <p>Tiles of one shape take turns: {@code for (row = 0; row < rows; row += shape.rows())}.
 */
public final class Tile {
    /** Whole rows of some columns: as many as stay in the first cache beside six others. */
    public record Shape(int rows, int columns) {
        private static final int FLOATS = 1024;

        public static Shape of(int columns) {
            return new Shape(Math.max(1, FLOATS / columns), columns);
        }

        /** Floats of the rows that a tile at {@code row} of a matrix of {@code rowCount} rows holds: fewer at the end. */
        public int size(int row, int rowCount) {
            return Math.min(rows, rowCount - row) * columns;
        }

        public int size() {
            return rows * columns;
        }
    }

    private final Shape shape;
    private final float[] values;

    public Tile(Shape shape) {
        this.shape = shape;
        this.values = new float[shape.size()];
    }

    /** The live values, from index 0 on. */
    public float[] values() {
        return values;
    }

    /** Takes {@code size} floats of a matrix from row {@code row} on; returns {@link #values}. */
    public float[] load(float[] matrix, int row, int size) {
        System.arraycopy(matrix, row * shape.columns, values, 0, size);
        return values;
    }

    /** Puts {@code size} floats into a matrix from row {@code row} on. */
    public void store(float[] matrix, int row, int size) {
        System.arraycopy(values, 0, matrix, row * shape.columns, size);
    }

    /** Fills all rows with the first {@code columns} values of a vector; returns {@link #values}. */
    public float[] repeat(float[] vector) {
        System.arraycopy(vector, 0, values, 0, shape.columns);
        for (int filled = shape.columns; filled < values.length; filled *= 2) {
            System.arraycopy(values, 0, values, filled, Math.min(filled, values.length - filled));
        }
        return values;
    }
}
