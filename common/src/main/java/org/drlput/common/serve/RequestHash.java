package org.drlput.common.serve;

import java.nio.charset.StandardCharsets;
import net.openhft.hashing.LongHashFunction;
import org.drlput.common.feature.TextBytes;

/** Chance, as a function of the request id: as {@link Exploration} says. One thread. */
final class RequestHash {
    private static final int FRACTION_BITS = 53;
    private static final double FRACTION_UNIT = 0x1p-53;

    private final double share;
    private final LongHashFunction explored;
    private final LongHashFunction uniform;
    private final LongHashFunction sample;
    private final TextBytes id = new TextBytes();

    RequestHash(Exploration exploration) {
        share = exploration.share();
        long seed = LongHashFunction.xx().hashBytes(exploration.salt().getBytes(StandardCharsets.UTF_8));
        // a hash for each question: who explores says nothing about the action
        explored = LongHashFunction.xx(seed);
        uniform = LongHashFunction.xx(seed + 1);
        sample = LongHashFunction.xx(seed + 2);
    }

    /** The request that the next questions are about. */
    void request(String requestId) {
        id.set(requestId);
    }

    private long hash(LongHashFunction function) {
        return function.hashBytes(id.bytes(), 0, id.length());
    }

    boolean explores() {
        return fraction(hash(explored)) < share;
    }

    /** An action of K, uniform: {@code floor(K * (hash with seed s + 1) / 2^64)} by the upper 32 bits. */
    int uniformAction(int actions) {
        return (int) ((hash(uniform) >>> 32) * actions >>> 32);
    }

    /** In [0, 1): the hash with seed s + 2, by the upper 53 bits. */
    double sample() {
        return fraction(hash(sample));
    }

    private static double fraction(long hash) {
        return (hash >>> (Long.SIZE - FRACTION_BITS)) * FRACTION_UNIT;
    }
}
