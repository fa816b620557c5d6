package org.drlput.common.math;

import java.util.Locale;

/**
 * The matrix products of a network. The result is overwritten, never accumulated; it must share no element with the factors.
 *
 * <p>Implementations are stateless, safe for any number of threads, use the caller's thread only, and give the same bits for
 * the same shapes and values, wherever the arrays lie. Two implementations need not agree to the bit: {@link #name} is therefore
 * kept in every version. NaN and infinities spread as in a sum of products.
 */
public interface Kernels {
    /** Chooses the kernel: {@code auto} (the default), {@code openblas} or {@code plain}. */
    String PROPERTY = "drlput.kernel";

    /** As {@link #PROPERTY}, from the environment; the property wins. */
    String ENVIRONMENT = "DRLPUT_KERNEL";

    /** Which code computes, as a version's manifest names it: {@code plain} or {@code openblas/<core>}. */
    String name();

    /** {@code c = a · b}. */
    void multiply(Matrix a, Matrix b, Matrix c);

    /** {@code c = aᵀ · b}. */
    void multiplyLeftTransposed(Matrix a, Matrix b, Matrix c);

    /** {@code c = a · bᵀ}. */
    void multiplyRightTransposed(Matrix a, Matrix b, Matrix c);

    /** The kernel that {@link #PROPERTY} or {@link #ENVIRONMENT} names; by default the fastest that loads here. */
    static Kernels best() {
        String environment = System.getenv(ENVIRONMENT);
        return named(System.getProperty(PROPERTY, environment == null ? "auto" : environment));
    }

    /**
     * The kernel of that name. {@code auto} is OpenBLAS, or the plain one, with one log line, where OpenBLAS does not load;
     * {@code openblas} is OpenBLAS; a full name such as {@code openblas/skylakex} is that core of it.
     *
     * @throws IllegalArgumentException if there is no such kernel, or not on this machine
     */
    static Kernels named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        if (wanted.equals("plain")) {
            return PlainKernels.INSTANCE;
        }
        if (!wanted.equals("auto") && !wanted.equals("openblas") && !wanted.startsWith("openblas/")) {
            throw new IllegalArgumentException("kernel: found '%s', expected auto, openblas or plain; set %s or %s"
                    .formatted(name, PROPERTY, ENVIRONMENT));
        }
        Kernels here = OpenBlasKernels.orPlain();
        boolean met = wanted.equals("auto")
                || here.name().equals(wanted)
                || (wanted.equals("openblas") && here.name().startsWith("openblas/"));
        if (!met) {
            throw new IllegalArgumentException(
                    "kernel %s: this machine has %s; train and resume on one type of machine, or choose %s=auto"
                            .formatted(name, here.name(), PROPERTY));
        }
        return here;
    }
}
