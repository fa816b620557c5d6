package org.drlput.common.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every kernel owes: products as a double loop computes them, the same bits again, nothing written beside the result. */
abstract class KernelsContract {
    /** Behind and between the elements of a result. */
    private static final float UNTOUCHED = -7.25f;

    private static final int[] EDGES = {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 65, 128, 200};

    enum Product {
        MULTIPLY,
        LEFT_TRANSPOSED,
        RIGHT_TRANSPOSED
    }

    abstract Kernels kernels();

    @ParameterizedTest
    @EnumSource
    void agreesWithTheNaiveProductInDouble(Product product) {
        for (long seed = 1; seed <= 150; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Case c = Case.random(product, random, dimension(random), dimension(random), dimension(random));
            c.compute(kernels());
            c.check("seed " + seed);
        }
    }

    private static int dimension(SplittableRandom random) {
        return random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : 1 + random.nextInt(150);
    }

    /** The inner dimensions that the blocks of fast kernels cut. */
    @ParameterizedTest
    @EnumSource
    void agreesWithTheNaiveProductOverLongSums(Product product) {
        for (int inner : new int[] {448, 449, 1024, 1500}) {
            Case c = Case.random(product, new SplittableRandom(inner), 33, 50, inner);
            c.compute(kernels());
            c.check("inner " + inner);
        }
    }

    /** Above what fast kernels multiply in one piece, with remainders in every direction. */
    @ParameterizedTest
    @EnumSource
    void agreesWithTheNaiveProductOfManyPieces(Product product) {
        int[][] shapes = {
            {152, 256, 128},
            {97, 65, 161},
            {256, 64, 170},
            {200, 250, 256},
            {101, 129, 240},
            {257, 70, 80},
            {9, 500, 500}
        };
        for (int[] shape : shapes) {
            Case c = Case.random(product, new SplittableRandom(shape[0]), shape[0], shape[1], shape[2]);
            c.compute(kernels());
            c.check(Arrays.toString(shape));
        }
    }

    /** Arrays move with every collection, so that alignment must not show. */
    @ParameterizedTest
    @EnumSource
    void givesTheSameBitsWhereverTheArraysLie(Product product) {
        for (long seed = 1; seed <= 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int m = dimension(random);
            int n = dimension(random);
            int inner = seed % 4 == 0 ? 200 + dimension(random) : dimension(random);
            float[] expected = null;
            for (int shift = 0; shift < 19; shift += 3) {
                Case c = Case.random(product, new SplittableRandom(seed), m, n, inner)
                        .moved(shift);
                c.compute(kernels());
                float[] result = c.result();
                expected = expected == null ? result : expected;
                assertThat(result).as("seed %d, shift %d", seed, shift).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void overwritesWhateverStoodInTheResult(Product product) {
        Case c = Case.random(product, new SplittableRandom(5), 17, 19, 23);
        Arrays.fill(c.c.values(), Float.NaN);
        c.compute(kernels());

        assertThat(c.result()).doesNotContain(Float.NaN);
    }

    @ParameterizedTest
    @EnumSource
    void nanSpreadsToItsRowOrColumnAlone(Product product) {
        for (int[] shape : new int[][] {{5, 6, 7}, {64, 48, 100}, {1, 9, 30}}) {
            Case c = Case.random(product, new SplittableRandom(6), shape[0], shape[1], shape[2]);
            c.a.values()[c.a.offset()] = Float.NaN;
            c.compute(kernels());
            for (int i = 0; i < shape[0]; i++) {
                for (int j = 0; j < shape[1]; j++) {
                    assertThat(Float.isNaN(at(c.c, i, j))).isEqualTo(i == 0);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEmptySumIsZero(Product product) {
        Case c = Case.random(product, new SplittableRandom(7), 3, 4, 0);
        c.compute(kernels());

        assertThat(c.result()).containsOnly(0f).hasSize(12);
    }

    @ParameterizedTest
    @EnumSource
    void aResultWithoutElementsIsNoError(Product product) {
        Case.random(product, new SplittableRandom(8), 0, 4, 5).compute(kernels());
        Case.random(product, new SplittableRandom(8), 4, 0, 5).compute(kernels());
    }

    @Test
    void shapesThatDoNotAgreeAreRefused() {
        Matrix a = Matrix.of(new float[6], 2, 3);
        Matrix b = Matrix.of(new float[20], 4, 5);
        Matrix c = Matrix.of(new float[10], 2, 5);

        assertThatThrownBy(() -> kernels().multiply(a, b, c))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("c = a · b: shapes a [2, 3], b [4, 5], c [2, 5] do not agree");
        assertThatThrownBy(() -> kernels().multiplyLeftTransposed(a, b, c))
                .hasMessage("c = aᵀ · b: shapes a [2, 3], b [4, 5], c [2, 5] do not agree");
        assertThatThrownBy(() -> kernels().multiplyRightTransposed(a, b, c))
                .hasMessage("c = a · bᵀ: shapes a [2, 3], b [4, 5], c [2, 5] do not agree");
    }

    private static float at(Matrix matrix, int i, int j) {
        return matrix.values()[matrix.offset() + i * matrix.stride() + j];
    }

    /** Factors and result with padding around and between their rows. */
    private record Case(Product product, Matrix a, Matrix b, Matrix c) {
        static Case random(Product product, SplittableRandom random, int m, int n, int inner) {
            boolean left = product == Product.LEFT_TRANSPOSED;
            boolean right = product == Product.RIGHT_TRANSPOSED;
            Matrix a = padded(random, left ? inner : m, left ? m : inner);
            Matrix b = padded(random, right ? n : inner, right ? inner : n);
            return new Case(product, a, b, padded(random, m, n));
        }

        private static Matrix padded(SplittableRandom random, int rows, int columns) {
            int offset = random.nextInt(10);
            int stride = Math.max(1, columns + random.nextInt(4));
            float[] values = new float[offset + rows * stride + 5];
            Arrays.fill(values, UNTOUCHED);
            Matrix matrix = new Matrix(values, offset, rows, columns, stride);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    values[offset + i * stride + j] = (float) random.nextDouble(-1, 1);
                }
            }
            return matrix;
        }

        Case moved(int shift) {
            return new Case(product, moved(a, shift), moved(b, shift + 1), moved(c, shift + 2));
        }

        private static Matrix moved(Matrix m, int shift) {
            float[] values = new float[m.values().length + shift];
            System.arraycopy(m.values(), 0, values, shift, m.values().length);
            return new Matrix(values, m.offset() + shift, m.rows(), m.columns(), m.stride());
        }

        void compute(Kernels kernels) {
            for (int i = 0; i < c.rows(); i++) {
                int from = c.offset() + i * c.stride();
                Arrays.fill(c.values(), from, from + c.columns(), 1e30f);
            }
            switch (product) {
                case MULTIPLY -> kernels.multiply(a, b, c);
                case LEFT_TRANSPOSED -> kernels.multiplyLeftTransposed(a, b, c);
                case RIGHT_TRANSPOSED -> kernels.multiplyRightTransposed(a, b, c);
            }
        }

        float[] result() {
            float[] result = new float[c.rows() * c.columns()];
            for (int i = 0; i < c.rows(); i++) {
                System.arraycopy(c.values(), c.offset() + i * c.stride(), result, i * c.columns(), c.columns());
            }
            return result;
        }

        void check(String description) {
            float[] rest = c.values().clone();
            for (int i = 0; i < c.rows(); i++) {
                for (int j = 0; j < c.columns(); j++) {
                    checkElement(description, i, j);
                    rest[c.offset() + i * c.stride() + j] = UNTOUCHED;
                }
            }
            assertThat(rest).as(description + ": beside the result").containsOnly(UNTOUCHED);
        }

        private void checkElement(String description, int i, int j) {
            int inner = product == Product.LEFT_TRANSPOSED ? a.rows() : a.columns();
            double sum = 0;
            double magnitude = 0;
            for (int p = 0; p < inner; p++) {
                double x = product == Product.LEFT_TRANSPOSED ? at(a, p, i) : at(a, i, p);
                double y = product == Product.RIGHT_TRANSPOSED ? at(b, j, p) : at(b, p, j);
                sum += x * y;
                magnitude += Math.abs(x * y);
            }
            // each of the products and sums rounds once, in any order: Higham 2002, equation 3.5, with u = 2^-24
            double bound = (inner + 1) * 0x1p-24 * magnitude;
            assertThat((double) at(c, i, j))
                    .as("%s: %s [%d, %d]", description, product, i, j)
                    .isBetween(sum - bound, sum + bound);
        }
    }
}
