package org.drlput.common.math;

import java.util.Locale;

/**
 * The matrix products of a network, on parts of row-major float32 arrays. Element (i, j) of a matrix {@code x} is
 * {@code x[offset + i * stride + j]}; the result is overwritten, never accumulated.
 *
 * <p>Implementations are stateless, safe for any number of threads, use the caller's thread only, and give the same bits for
 * the same shapes and values. Two implementations need not agree to the bit: {@link #name} is therefore kept in every
 * version.
 */
public interface Kernels {
    /** Chooses the kernel: {@code auto} (the default), {@code openblas} or {@code plain}. */
    String PROPERTY = "drlput.kernel";

    /** As {@link #PROPERTY}, from the environment; the property wins. */
    String ENVIRONMENT = "DRLPUT_KERNEL";

    /** Which code computes, as a version's manifest names it: {@code plain} or {@code openblas/<core>}. */
    String name();

    /** {@code c[m, n] = a[m, k] · b[k, n]}. */
    void multiply(
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
            int cStride);

    /** {@code c[m, n] = a[k, m]ᵀ · b[k, n]}. */
    void multiplyLeftTransposed(
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
            int cStride);

    /** {@code c[m, n] = a[m, k] · b[n, k]ᵀ}. */
    void multiplyRightTransposed(
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
            int cStride);

    /** The kernel that {@link #PROPERTY} or {@link #ENVIRONMENT} names; by default the fastest that loads here. */
    static Kernels best() {
        String environment = System.getenv(ENVIRONMENT);
        return named(System.getProperty(PROPERTY, environment == null ? "auto" : environment));
    }

    /**
     * The kernel of that name. {@code auto} and {@code openblas} fall back to the plain one, with one log line, where
     * OpenBLAS does not load; a full name such as {@code openblas/skylakex} must be met exactly.
     *
     * @throws IllegalArgumentException if there is no such kernel, or not on this machine
     */
    static Kernels named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        if (wanted.equals("plain")) {
            return PlainKernels.INSTANCE;
        }
        if (wanted.equals("auto") || wanted.equals("openblas")) {
            return OpenBlasKernels.orPlain();
        }
        if (wanted.startsWith("openblas/")) {
            Kernels here = OpenBlasKernels.orPlain();
            if (here.name().equals(wanted)) {
                return here;
            }
            throw new IllegalArgumentException(
                    "kernel %s: this machine has %s; train and resume on one type of machine, or choose %s=auto"
                            .formatted(name, here.name(), PROPERTY));
        }
        throw new IllegalArgumentException("kernel: found '%s', expected auto, openblas or plain; set %s or %s"
                .formatted(name, PROPERTY, ENVIRONMENT));
    }
}
