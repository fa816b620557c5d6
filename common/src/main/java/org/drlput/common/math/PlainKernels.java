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
    public void multiply(
            int m,
            int n,
            int k,
            float[] a,
            int aOffset,
            int aStride,
            float[] b,
            int bOffset,
            int bStride,
            float[] c,
            int cOffset,
            int cStride) {
        for (int i = 0; i < m; i++) {
            int to = cOffset + i * cStride;
            int from = aOffset + i * aStride;
            Arrays.fill(c, to, to + n, 0f);
            int p = 0;
            for (; p + 4 <= k; p += 4) {
                int at = bOffset + p * bStride;
                addFour(c, to, n, b, at, bStride, a[from + p], a[from + p + 1], a[from + p + 2], a[from + p + 3]);
            }
            for (; p < k; p++) {
                addOne(c, to, n, b, bOffset + p * bStride, a[from + p]);
            }
        }
    }

    @Override
    public void multiplyLeftTransposed(
            int m,
            int n,
            int k,
            float[] a,
            int aOffset,
            int aStride,
            float[] b,
            int bOffset,
            int bStride,
            float[] c,
            int cOffset,
            int cStride) {
        for (int i = 0; i < m; i++) {
            int to = cOffset + i * cStride;
            int from = aOffset + i;
            Arrays.fill(c, to, to + n, 0f);
            int p = 0;
            for (; p + 4 <= k; p += 4) {
                int x = from + p * aStride;
                int at = bOffset + p * bStride;
                addFour(c, to, n, b, at, bStride, a[x], a[x + aStride], a[x + 2 * aStride], a[x + 3 * aStride]);
            }
            for (; p < k; p++) {
                addOne(c, to, n, b, bOffset + p * bStride, a[from + p * aStride]);
            }
        }
    }

    @Override
    public void multiplyRightTransposed(
            int m,
            int n,
            int k,
            float[] a,
            int aOffset,
            int aStride,
            float[] b,
            int bOffset,
            int bStride,
            float[] c,
            int cOffset,
            int cStride) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                c[cOffset + i * cStride + j] = dot(a, aOffset + i * aStride, b, bOffset + j * bStride, k);
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
