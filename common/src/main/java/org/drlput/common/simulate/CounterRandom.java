package org.drlput.common.simulate;

/**
 * Random numbers as a function of a key, without state: any request can be generated alone, in any order, on any thread.
 *
 * <p>Source of the mixing function: Steele, Lea, Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
 */
final class CounterRandom {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    /** Four 16-bit numbers have this sum on average. */
    private static final double MEAN_OF_SUM = 4 * 65535 / 2.0;

    /** One of 2^16 equally likely numbers has variance (2^32 - 1) / 12. */
    private static final double DEVIATION_OF_SUM = Math.sqrt(4 * (65536.0 * 65536.0 - 1) / 12);

    private CounterRandom() {}

    /** 64 random bits for the n-th draw of a key. */
    static long bits(long key, long n) {
        long z = key + (n + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Uniform in [0, 1), of the upper 53 bits. */
    static double uniform(long bits) {
        return (bits >>> 11) * 0x1p-53;
    }

    /**
     * Uniform in (0, 1), of 16 of the bits: {@code part} is 0 to 3. In the middle of its step, so that its mean is 1/2 and the
     * chance to be below p is p on average.
     */
    static double uniform16(long bits, int part) {
        return ((bits >>> (16 * part) & 0xffff) + 0.5) * 0x1p-16;
    }

    /**
     * Mean 0, deviation 1, bell-shaped, never beyond 3.47: the sum of the four 16-bit numbers in 64 bits (Irwin-Hall). Bounded,
     * so that no user is a freak, and the same on every machine.
     */
    static double bell(long bits) {
        long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
        return (sum - MEAN_OF_SUM) / DEVIATION_OF_SUM;
    }
}
