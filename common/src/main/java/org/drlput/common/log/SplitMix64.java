package org.drlput.common.log;

/**
 * The generator behind the order of rows, written out because the order is part of what makes a run repeatable.
 *
 * <p>Source: Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014 (as in {@code
 * java.util.SplittableRandom}).
 */
final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    /** A stream of its own for each triple. */
    SplitMix64(long seed, long a, long b) {
        this(mix(mix(mix(seed) + GOLDEN_GAMMA + a) + GOLDEN_GAMMA + b));
    }

    private SplitMix64(long state) {
        this.state = state;
    }

    static SplitMix64 ofState(long state) {
        return new SplitMix64(state);
    }

    private static long mix(long z) {
        long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
        return y ^ (y >>> 31);
    }

    long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /**
     * Uniform in {@code [0, bound)}, without bias. Source: Lemire, Fast random integer generation in an interval, 2019, on the
     * upper 32 bits.
     */
    private int below(int bound) {
        long product = (next() >>> 32) * bound;
        long low = product & 0xffff_ffffL;
        if (low < bound) {
            long threshold = (1L << 32) % bound;
            while (low < threshold) {
                product = (next() >>> 32) * bound;
                low = product & 0xffff_ffffL;
            }
        }
        return (int) (product >>> 32);
    }

    /** Fills {@code out[0, n)} with a uniformly drawn permutation of 0 to n - 1. Fisher-Yates, inside out. */
    void permutation(int n, int[] out) {
        for (int i = 0; i < n; i++) {
            int j = below(i + 1);
            out[i] = out[j];
            out[j] = i;
        }
    }
}
