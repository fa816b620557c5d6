package org.drlput.common.math;

import java.util.Arrays;

/**
 * Column sums of row-major matrices of a fixed number of columns: in float over short runs of rows, the runs in double, so that
 * the error does not grow with the number of rows and the loops stay vector loops. Holds scratch space: one thread.
 */
public final class Columns {
    /** Tiles that are summed in float. */
    private static final int RUN = 32;
    /** Times the least normal float is above 1: min(1, a * this) is the step function of any normal a >= 0, branch-free. */
    private static final float STEEP = Float.MAX_VALUE;

    private final Tile.Shape shape;
    private final int columns;
    private final Tile x;
    private final Tile y;
    private final Tile other;
    private final float[] first;
    private final float[] second;

    public Columns(int columns) {
        this.columns = columns;
        shape = Tile.Shape.of(columns);
        x = new Tile(shape);
        y = new Tile(shape);
        other = new Tile(shape);
        first = new float[shape.size()];
        second = new float[shape.size()];
    }

    /** {@code sums[j] = Σ x[i, j]} of {@code x[rows, columns]}. */
    public void sum(float[] matrix, int rows, double[] sums) {
        Arrays.fill(sums, 0, columns, 0);
        for (int run = 0; run < rows; run += RUN * shape.rows()) {
            int end = Math.min(rows, run + RUN * shape.rows());
            Arrays.fill(first, 0f);
            for (int row = run; row < end; row += shape.rows()) {
                int size = shape.size(row, end);
                add(first, x.load(matrix, row, size), size);
            }
            fold(first, sums);
        }
    }

    /**
     * {@code sums[j] = Σ (x[i, j] - x[0, j])} and {@code squares[j] = Σ (x[i, j] - x[0, j])²}: shifted by the first row, so
     * that a mean far from zero costs the variance no digits.
     *
     * <p>Source: Chan, Golub, LeVeque 1983, "Algorithms for computing the sample variance", shifted data.
     */
    public void shiftedMoments(float[] matrix, int rows, double[] sums, double[] squares) {
        Arrays.fill(sums, 0, columns, 0);
        Arrays.fill(squares, 0, columns, 0);
        float[] origin = other.repeat(matrix);
        for (int run = 0; run < rows; run += RUN * shape.rows()) {
            int end = Math.min(rows, run + RUN * shape.rows());
            Arrays.fill(first, 0f);
            Arrays.fill(second, 0f);
            for (int row = run; row < end; row += shape.rows()) {
                int size = shape.size(row, end);
                addShifted(first, second, x.load(matrix, row, size), origin, size);
            }
            fold(first, sums);
            fold(second, squares);
        }
    }

    private static void addShifted(float[] sums, float[] squares, float[] x, float[] origin, int n) {
        for (int i = 0; i < n; i++) {
            float d = x[i] - origin[i];
            sums[i] += d;
            squares[i] += d * d;
        }
    }

    /**
     * Sets {@code x[i, j]} to 0 where {@code gate[i, j]}, not negative, is 0; then {@code sums[j] = Σ x[i, j]} and
     * {@code products[j] = Σ x[i, j] y[i, j]}, all in one pass over the matrices.
     */
    public void gatedSumAndProduct(
            float[] left, float[] gate, float[] right, int rows, double[] sums, double[] products) {
        Arrays.fill(sums, 0, columns, 0);
        Arrays.fill(products, 0, columns, 0);
        for (int run = 0; run < rows; run += RUN * shape.rows()) {
            int end = Math.min(rows, run + RUN * shape.rows());
            Arrays.fill(first, 0f);
            Arrays.fill(second, 0f);
            for (int row = run; row < end; row += shape.rows()) {
                int size = shape.size(row, end);
                float[] gated = gate(x.load(left, row, size), other.load(gate, row, size), size);
                x.store(left, row, size);
                addProducts(first, second, gated, y.load(right, row, size), size);
            }
            fold(first, sums);
            fold(second, products);
        }
    }

    /** Sets {@code x[0, n)} to 0 where {@code gate}, not negative, is 0: a rectifier's way back. Returns x. */
    public static float[] gate(float[] x, float[] gate, int n) {
        for (int i = 0; i < n; i++) {
            x[i] *= Math.min(1f, gate[i] * STEEP);
        }
        return x;
    }

    private static void addProducts(float[] sums, float[] products, float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            sums[i] += x[i];
            products[i] += x[i] * y[i];
        }
    }

    private static void add(float[] sums, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            sums[i] += x[i];
        }
    }

    /** Adds the rows of a tile up, the lower half to the upper half until one is left, and that one to the sums. */
    private void fold(float[] tile, double[] sums) {
        for (int rows = shape.rows(); rows > 1; ) {
            int half = rows / 2;
            int kept = rows - half;
            int size = half * columns;
            System.arraycopy(tile, kept * columns, x.values(), 0, size);
            add(tile, x.values(), size);
            rows = kept;
        }
        for (int j = 0; j < columns; j++) {
            sums[j] += tile[j];
        }
    }
}
