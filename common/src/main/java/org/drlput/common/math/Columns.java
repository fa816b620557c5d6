package org.drlput.common.math;

import java.util.Arrays;

/**
 * Column sums of row-major matrices: in float over short runs of rows, the runs in double, so that the error does not grow with
 * the number of rows and the loops stay vector loops. Holds scratch space: one thread.
 */
public final class Columns {
    /** Rows summed in float. */
    private static final int RUN = 32;

    private final float[] first;
    private final float[] second;

    public Columns(int maxColumns) {
        first = new float[maxColumns];
        second = new float[maxColumns];
    }

    /** {@code sums[j] = Σ x[i, j]} of {@code x[rows, columns]}. */
    public void sum(float[] x, int rows, int columns, double[] sums) {
        Arrays.fill(sums, 0, columns, 0);
        for (int from = 0; from < rows; from += RUN) {
            int to = Math.min(rows, from + RUN);
            Arrays.fill(first, 0, columns, 0f);
            int row = from;
            for (; row + 4 <= to; row += 4) {
                sumFour(x, row * columns, columns, first);
            }
            for (; row < to; row++) {
                for (int j = 0, at = row * columns; j < columns; j++) {
                    first[j] += x[at + j];
                }
            }
            addTo(sums, first, columns);
        }
    }

    private static void sumFour(float[] x, int at0, int columns, float[] sums) {
        int at1 = at0 + columns;
        int at2 = at1 + columns;
        int at3 = at2 + columns;
        for (int j = 0; j < columns; j++) {
            sums[j] += x[at0 + j] + x[at1 + j] + (x[at2 + j] + x[at3 + j]);
        }
    }

    /**
     * {@code sums[j] = Σ (x[i, j] - x[0, j])} and {@code squares[j] = Σ (x[i, j] - x[0, j])²}: shifted by the first row, so
     * that a mean far from zero costs the variance no digits.
     *
     * <p>Source: Chan, Golub, LeVeque 1983, "Algorithms for computing the sample variance", shifted data.
     */
    public void shiftedMoments(float[] x, int rows, int columns, double[] sums, double[] squares) {
        Arrays.fill(sums, 0, columns, 0);
        Arrays.fill(squares, 0, columns, 0);
        for (int from = 0; from < rows; from += RUN) {
            int to = Math.min(rows, from + RUN);
            Arrays.fill(first, 0, columns, 0f);
            Arrays.fill(second, 0, columns, 0f);
            int row = from;
            for (; row + 2 <= to; row += 2) {
                shiftTwo(x, row * columns, columns, first, second);
            }
            for (; row < to; row++) {
                for (int j = 0, at = row * columns; j < columns; j++) {
                    float d = x[at + j] - x[j];
                    first[j] += d;
                    second[j] += d * d;
                }
            }
            addTo(sums, first, columns);
            addTo(squares, second, columns);
        }
    }

    private static void shiftTwo(float[] x, int at, int columns, float[] sums, float[] squares) {
        int next = at + columns;
        for (int j = 0; j < columns; j++) {
            float d = x[at + j] - x[j];
            float e = x[next + j] - x[j];
            sums[j] += d + e;
            squares[j] += d * d + e * e;
        }
    }

    /** {@code sums[j] = Σ x[i, j]} and {@code products[j] = Σ x[i, j] y[i, j]}. */
    public void sumAndProduct(float[] x, float[] y, int rows, int columns, double[] sums, double[] products) {
        Arrays.fill(sums, 0, columns, 0);
        Arrays.fill(products, 0, columns, 0);
        for (int from = 0; from < rows; from += RUN) {
            int to = Math.min(rows, from + RUN);
            Arrays.fill(first, 0, columns, 0f);
            Arrays.fill(second, 0, columns, 0f);
            int row = from;
            for (; row + 2 <= to; row += 2) {
                productTwo(x, y, row * columns, columns, first, second);
            }
            for (; row < to; row++) {
                for (int j = 0, at = row * columns; j < columns; j++) {
                    first[j] += x[at + j];
                    second[j] += x[at + j] * y[at + j];
                }
            }
            addTo(sums, first, columns);
            addTo(products, second, columns);
        }
    }

    private static void productTwo(float[] x, float[] y, int at, int columns, float[] sums, float[] products) {
        int next = at + columns;
        for (int j = 0; j < columns; j++) {
            float d = x[at + j];
            float e = x[next + j];
            sums[j] += d + e;
            products[j] += d * y[at + j] + e * y[next + j];
        }
    }

    private static void addTo(double[] sums, float[] run, int columns) {
        for (int j = 0; j < columns; j++) {
            sums[j] += run[j];
        }
    }
}
