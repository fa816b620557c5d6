package org.drlput.common.math;

import java.util.Arrays;

/**
 * Softmax of the rows of a matrix of logits, stable for any finite logits. Keeps what it found of the last matrix; one thread.
 */
public final class Softmax {
    private static final float LOG2_E = 1.44269504f;
    /** 1.5 * 2^23: adding it leaves the nearest integer in a float's low bits. */
    private static final float ROUND = 12582912f;

    private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);
    /** ln 2 in two parts, the first exact in few bits. */
    private static final float LN2_HIGH = 0.693359375f;

    private static final float LN2_LOW = -2.12194440e-4f;
    /** Below, exp leaves the normal floats; such a probability is 1e-38 of the greatest. */
    private static final float SMALLEST = -87f;

    private final int columns;
    private final float[] shifted;
    private final float[] exponentials;
    private final float[] rounded;
    private final double[] sums;
    private final double[] products;

    public Softmax(int maxRows, int columns) {
        this.columns = columns;
        shifted = new float[Math.multiplyExact(maxRows, columns)];
        exponentials = new float[shifted.length];
        rounded = new float[shifted.length];
        sums = new double[maxRows];
        products = new double[maxRows];
    }

    /** {@code [rows, columns]}: each logit less the greatest of its row, so 0 or below; live. */
    public float[] shifted() {
        return shifted;
    }

    /** {@code [rows, columns]}: e to the {@link #shifted}, relative error below 2e-7; NaN where a logit is NaN; live. */
    public float[] exponentials() {
        return exponentials;
    }

    /** The sum of a row's exponentials: a probability is an exponential divided by it. */
    public double sum(int row) {
        return sums[row];
    }

    /** The sum of a row's exponentials, each times its shifted logit: what the entropy is made of. */
    public double product(int row) {
        return products[row];
    }

    /** Computes all of the above for {@code logits[rows, columns]}. */
    public void compute(float[] logits, int rows) {
        int size = rows * columns;
        for (int r = 0; r < rows; r++) {
            float greatest = logits[r * columns + greatest(logits, r * columns, columns)];
            Arrays.fill(shifted, r * columns, (r + 1) * columns, greatest);
        }
        subtract(logits, shifted, size);
        // in two loops, because C2 vectorizes arithmetic but not the bits of a float
        polynomial(shifted, exponentials, rounded, size);
        for (int r = 0; r < rows; r++) {
            scale(r);
        }
    }

    /** Index of the greatest of {@code count} values from {@code offset}; the first one of equals. */
    public static int greatest(float[] values, int offset, int count) {
        int best = 0;
        float greatest = values[offset];
        for (int i = 1; i < count; i++) {
            if (values[offset + i] > greatest) {
                greatest = values[offset + i];
                best = i;
            }
        }
        return best;
    }

    /** {@code y = x - y}. */
    private static void subtract(float[] x, float[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = x[i] - y[i];
        }
    }

    /**
     * {@code e[i] = exp(r)} and {@code rounded[i]} = k in its low bits, where {@code x[i] = k ln 2 + r}, |r| at most ln 2 / 2.
     *
     * <p>Source of the polynomial: Cephes, {@code expf.c}.
     */
    private static void polynomial(float[] x, float[] e, float[] rounded, int n) {
        for (int i = 0; i < n; i++) {
            float y = Math.max(x[i], SMALLEST);
            float t = y * LOG2_E + ROUND;
            float k = t - ROUND;
            float r = y - k * LN2_HIGH - k * LN2_LOW;
            float p = 1.9875691500E-4f * r + 1.3981999507E-3f;
            p = p * r + 8.3334519073E-3f;
            p = p * r + 4.1665795894E-2f;
            p = p * r + 1.6666665459E-1f;
            p = p * r + 5.0000001201E-1f;
            e[i] = p * (r * r) + r + 1f;
            rounded[i] = t;
        }
    }

    /** Multiplies a row's exponentials by their powers of two and adds them up. */
    private void scale(int row) {
        int to = (row + 1) * columns;
        double even = 0;
        double odd = 0;
        double evenProduct = 0;
        double oddProduct = 0;
        int i = row * columns;
        for (; i + 2 <= to; i += 2) {
            float left = scaled(i);
            float right = scaled(i + 1);
            even += left;
            odd += right;
            evenProduct += left * shifted[i];
            oddProduct += right * shifted[i + 1];
        }
        if (i < to) {
            float left = scaled(i);
            even += left;
            evenProduct += left * shifted[i];
        }
        sums[row] = even + odd;
        products[row] = evenProduct + oddProduct;
    }

    private float scaled(int at) {
        int power = Float.floatToRawIntBits(rounded[at]) - ROUND_BITS;
        float value = exponentials[at] * Float.intBitsToFloat((power + 127) << 23);
        exponentials[at] = value;
        return value;
    }
}
