package org.drlput.common.estimate;

import java.util.Arrays;

/**
 * Sums of a linear regression with several right sides: {@code X'X [P, P]}, {@code X'Y [P, targets]}, {@code Σ y²}. Mutable; one thread.
 */
final class NormalEquations {
    private final int width;
    /** Row-major; the lower triangle is kept. */
    private final double[] gram;

    private final double[][] right;
    private final double[] squares;
    private long rows;

    NormalEquations(int width, int targets) {
        this.width = width;
        gram = new double[width * width];
        right = new double[targets][width];
        squares = new double[targets];
    }

    long rows() {
        return rows;
    }

    /** Adds a row, {@code targets[t][at]} being its right sides. Columns ascend, but for those that are repeated. */
    void add(RowDesign.Columns x, double[][] targets, int at) {
        for (int i = 0; i < x.size; i++) {
            int row = x.index[i];
            double value = x.value[i];
            for (int j = 0; j <= i; j++) {
                int column = x.index[j];
                gram[Math.max(row, column) * width + Math.min(row, column)] += value * x.value[j];
                if (j < i && row == column) {
                    // a column that stands twice in a row: its square has both mixed terms
                    gram[row * width + row] += value * x.value[j];
                }
            }
            for (int t = 0; t < right.length; t++) {
                right[t][row] += value * targets[t][at];
            }
        }
        for (int t = 0; t < right.length; t++) {
            squares[t] += targets[t][at] * targets[t][at];
        }
        rows++;
    }

    /** Adds another's sums, times {@code sign}. */
    void add(NormalEquations other, int sign) {
        for (int i = 0; i < gram.length; i++) {
            gram[i] += sign * other.gram[i];
        }
        for (int t = 0; t < right.length; t++) {
            for (int i = 0; i < width; i++) {
                right[t][i] += sign * other.right[t][i];
            }
            squares[t] += sign * other.squares[t];
        }
        rows += sign * other.rows;
    }

    /**
     * Coefficients {@code [targets][P]} of ridge regression: {@code (X'X + penalty I) β = X'y}, the first column all but free. By
     * Cholesky decomposition.
     *
     * @param penalty above 0
     */
    double[][] solve(double penalty) {
        double[] l = gram.clone();
        for (int i = 0; i < width; i++) {
            l[i * width + i] += i == 0 ? 1e-6 * penalty : penalty;
        }
        for (int i = 0; i < width; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = l[i * width + j];
                for (int k = 0; k < j; k++) {
                    sum -= l[i * width + k] * l[j * width + k];
                }
                l[i * width + j] = i == j ? Math.sqrt(Math.max(sum, Double.MIN_NORMAL)) : sum / l[j * width + j];
            }
        }
        return Arrays.stream(right).map(y -> backSubstituted(l, y)).toArray(double[][]::new);
    }

    private double[] backSubstituted(double[] l, double[] y) {
        double[] x = y.clone();
        for (int i = 0; i < width; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= l[i * width + k] * x[k];
            }
            x[i] /= l[i * width + i];
        }
        for (int i = width - 1; i >= 0; i--) {
            for (int k = i + 1; k < width; k++) {
                x[i] -= l[k * width + i] * x[k];
            }
            x[i] /= l[i * width + i];
        }
        return x;
    }

    /** {@code Σ (y - x β)²} over the rows, of one right side. */
    double squaredError(int target, double[] coefficients) {
        double sum = squares[target];
        for (int i = 0; i < width; i++) {
            double product = 0;
            for (int j = 0; j < width; j++) {
                product += gram[Math.max(i, j) * width + Math.min(i, j)] * coefficients[j];
            }
            sum += coefficients[i] * (product - 2 * right[target][i]);
        }
        return sum;
    }
}
