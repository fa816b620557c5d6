package org.drlput.common.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnsTest {
    /** Unit roundoff of float. */
    private static final double U = 0x1p-24;

    /** Tiles summed in float before double takes over, halvings of a tile, and the roundings of one element. */
    private static final double ROUNDINGS = 32 + 10 + 2;

    private final double[] first = new double[100];
    private final double[] second = new double[100];

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "2, 3", "3, 16", "31, 5", "32, 17", "33, 64", "35, 1", "128, 33", "1000, 9", "129, 100"
    })
    void sumsAgreeWithDoubleSums(int rows, int columns) {
        float[] x = random(rows * columns, 1);
        float[] y = random(rows * columns, 2);
        Columns sums = new Columns(columns);

        sums.sum(x, rows, first);
        for (int j = 0; j < columns; j++) {
            check(first[j], x, null, rows, columns, j);
        }
        float[] gate = random(rows * columns, 4);
        float[] gated = x.clone();
        for (int i = 0; i < gate.length; i++) {
            gate[i] = Math.max(0f, gate[i]);
            gated[i] = gate[i] == 0 ? 0 : x[i];
        }
        sums.gatedSumAndProduct(x, gate, y, rows, first, second);
        assertThat(x).usingComparatorWithPrecision(0f).containsExactly(gated);
        for (int j = 0; j < columns; j++) {
            check(first[j], x, null, rows, columns, j);
            check(second[j], x, y, rows, columns, j);
        }
    }

    private static void check(double found, float[] x, float @Nullable [] y, int rows, int columns, int j) {
        double sum = 0;
        double magnitude = 0;
        for (int i = 0; i < rows; i++) {
            double value = (double) x[i * columns + j] * (y == null ? 1 : y[i * columns + j]);
            sum += value;
            magnitude += Math.abs(value);
        }
        assertThat(found).isCloseTo(sum, within(ROUNDINGS * U * magnitude));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "31, 5", "33, 64", "128, 33", "1000, 9"})
    void shiftedMomentsAreTakenAboutTheFirstRow(int rows, int columns) {
        float[] x = random(rows * columns, 3);
        new Columns(columns).shiftedMoments(x, rows, first, second);

        for (int j = 0; j < columns; j++) {
            double sum = 0;
            double squares = 0;
            double magnitude = 0;
            for (int i = 0; i < rows; i++) {
                double d = (double) x[i * columns + j] - x[j];
                sum += d;
                squares += d * d;
                magnitude += Math.abs(d);
            }
            assertThat(first[j]).isCloseTo(sum, within(ROUNDINGS * U * magnitude));
            assertThat(second[j]).isCloseTo(squares, within(ROUNDINGS * U * squares));
        }
    }

    /** x = 2^20 + i, i = 0 .. n - 1: all differences are exact, though no plain sum of squares would be. */
    @Test
    void aMeanFarFromZeroCostsTheVarianceNoDigits() {
        int rows = 100;
        float[] x = new float[rows];
        for (int i = 0; i < rows; i++) {
            x[i] = (1 << 20) + i;
        }
        new Columns(1).shiftedMoments(x, rows, first, second);

        assertThat(first[0]).isEqualTo(rows * (rows - 1) / 2.0);
        assertThat(second[0]).isEqualTo((rows - 1.0) * rows * (2 * rows - 1) / 6);
    }

    @Test
    void aConstantColumnHasNoVarianceAtAll() {
        float[] x = new float[77];
        Arrays.fill(x, 0.1f);
        new Columns(1).shiftedMoments(x, 77, first, second);

        assertThat(first[0]).isZero();
        assertThat(second[0]).isZero();
    }

    /** A million ones and a large value: float alone would lose the ones at 2^24. */
    @Test
    void manyRowsDoNotAddUpTheirErrors() {
        int rows = 1_000_000;
        float[] x = new float[rows];
        Arrays.fill(x, 1f);
        x[0] = 0x1p30f;
        new Columns(1).sum(x, rows, first);

        // the run of the large value alone is off, by half a unit of 2^30 at each of 32 + 10 additions
        assertThat(first[0]).isCloseTo(0x1p30 + rows - 1, within(42 * 64.0));
    }

    @Test
    void whatIsNotFiniteStaysInItsColumn() {
        float[] x = {1, Float.NaN, 2, 3, 4, Float.POSITIVE_INFINITY, 5, 6, 7};
        Columns columns = new Columns(3);

        columns.sum(x, 3, first);
        assertThat(first).startsWith(9, Double.NaN, Double.POSITIVE_INFINITY);
        columns.shiftedMoments(x, 3, first, second);
        assertThat(first[0]).isEqualTo(6);
        assertThat(second[1]).isNaN();
        assertThat(second[2]).isEqualTo(Double.POSITIVE_INFINITY);
        columns.gatedSumAndProduct(x, new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1}, x.clone(), 3, first, second);
        assertThat(second[0]).isEqualTo(1 + 9 + 25);
        assertThat(second[1]).isNaN();
    }

    @Test
    void sumsBeforeAreForgotten() {
        Columns columns = new Columns(2);
        columns.sum(new float[] {1, 2, 3, 4}, 2, first);
        columns.sum(new float[] {1, 2, 3, 4}, 2, first);

        assertThat(first).startsWith(4, 6, 0);
    }

    private static float[] random(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
