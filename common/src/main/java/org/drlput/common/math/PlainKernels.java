package org.drlput.common.math;

import java.util.Arrays;

/** Matrix products in plain Java: always there, and the oracle of the fast ones. Inner loops are what C2 vectorizes. */
final class PlainKernels implements Kernels {
    static final PlainKernels INSTANCE = new PlainKernels();

    private PlainKernels() {}

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c) {
        Matrix.requireMultiply(a, b, c);
        for (int i = 0; i < a.rows(); i++) {
            combineRows(a.values(), a.offset() + i * a.stride(), 1, b, c, i);
        }
    }

    @Override
    public void multiplyLeftTransposed(Matrix a, Matrix b, Matrix c) {
        Matrix.requireLeftTransposed(a, b, c);
        for (int i = 0; i < a.columns(); i++) {
            combineRows(a.values(), a.offset() + i, a.stride(), b, c, i);
        }
    }

    /** Row i of c: the rows of b, times {@code factors[at], factors[at + step], ...}, added up. */
    private static void combineRows(float[] factors, int at, int step, Matrix b, Matrix c, int i) {
        float[] sums = c.values();
        int to = c.offset() + i * c.stride();
        int n = c.columns();
        Arrays.fill(sums, to, to + n, 0f);
        int p = 0;
        for (; p + 4 <= b.rows(); p += 4) {
            int f = at + p * step;
            int row = b.offset() + p * b.stride();
            addFour(
                    sums,
                    to,
                    n,
                    b.values(),
                    row,
                    b.stride(),
                    factors[f],
                    factors[f + step],
                    factors[f + 2 * step],
                    factors[f + 3 * step]);
        }
        for (; p < b.rows(); p++) {
            addOne(sums, to, n, b.values(), b.offset() + p * b.stride(), factors[at + p * step]);
        }
    }

    @Override
    public void multiplyRightTransposed(Matrix a, Matrix b, Matrix c) {
        Matrix.requireRightTransposed(a, b, c);
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < b.rows(); j++) {
                c.values()[c.offset() + i * c.stride() + j] = dot(
                        a.values(), a.offset() + i * a.stride(), b.values(), b.offset() + j * b.stride(), a.columns());
            }
        }
    }

    private static void addFour(
            float[] c, int to, int n, float[] b, int at, int stride, float x0, float x1, float x2, float x3) {
        int at1 = at + stride;
        int at2 = at1 + stride;
        int at3 = at2 + stride;
        for (int j = 0; j < n; j++) {
            c[to + j] += x0 * b[at + j] + x1 * b[at1 + j] + (x2 * b[at2 + j] + x3 * b[at3 + j]);
        }
    }

    private static void addOne(float[] c, int to, int n, float[] b, int at, float x) {
        for (int j = 0; j < n; j++) {
            c[to + j] += x * b[at + j];
        }
    }

    private static float dot(float[] a, int aAt, float[] b, int bAt, int k) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int p = 0;
        for (; p + 4 <= k; p += 4) {
            s0 += a[aAt + p] * b[bAt + p];
            s1 += a[aAt + p + 1] * b[bAt + p + 1];
            s2 += a[aAt + p + 2] * b[bAt + p + 2];
            s3 += a[aAt + p + 3] * b[bAt + p + 3];
        }
        for (; p < k; p++) {
            s0 += a[aAt + p] * b[bAt + p];
        }
        return s0 + s1 + (s2 + s3);
    }
}
