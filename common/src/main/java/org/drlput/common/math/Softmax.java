package org.drlput.common.math;

/** Softmax of one row of logits, stable for any finite logits. Stateless. */
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

    private Softmax() {}

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

    /**
     * {@code out[outOffset + i] = exp(logits[offset + i] - shift)}, relative error below 2e-7; shift is the greatest logit. NaN
     * where a logit is NaN.
     *
     * <p>Source of the polynomial: Cephes, {@code expf.c}.
     *
     * @param scratch at least {@code count} floats
     * @return the sum of the exponentials
     */
    public static double exponentials(
            float[] logits, int offset, int count, float shift, float[] out, int outOffset, float[] scratch) {
        // two loops, because C2 vectorizes arithmetic but not the bits of a float
        for (int i = 0; i < count; i++) {
            float x = Math.max(logits[offset + i] - shift, SMALLEST);
            float t = x * LOG2_E + ROUND;
            float n = t - ROUND;
            float r = x - n * LN2_HIGH - n * LN2_LOW;
            float p = 1.9875691500E-4f * r + 1.3981999507E-3f;
            p = p * r + 8.3334519073E-3f;
            p = p * r + 4.1665795894E-2f;
            p = p * r + 1.6666665459E-1f;
            p = p * r + 5.0000001201E-1f;
            out[outOffset + i] = p * (r * r) + r + 1f;
            scratch[i] = t;
        }
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 2 <= count; i += 2) {
            even += scale(scratch[i], out, outOffset + i);
            odd += scale(scratch[i + 1], out, outOffset + i + 1);
        }
        if (i < count) {
            even += scale(scratch[i], out, outOffset + i);
        }
        return even + odd;
    }

    private static float scale(float rounded, float[] out, int at) {
        int power = Float.floatToRawIntBits(rounded) - ROUND_BITS;
        float value = out[at] * Float.intBitsToFloat((power + 127) << 23);
        out[at] = value;
        return value;
    }
}
