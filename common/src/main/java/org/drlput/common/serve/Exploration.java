package org.drlput.common.serve;

/**
 * Which requests act uniformly. With {@code s = xxh64(utf8(salt))} and {@code h = xxh64(utf8(requestId), seed s)}, unsigned: those
 * with {@code h / 2^64 < share}, by the upper 53 bits of h. A request that is asked for again is decided again as before.
 *
 * @param share of all requests, in [0, 1]; 0: nobody explores
 * @param salt another one makes other requests explore
 */
public record Exploration(double share, String salt) {
    /** One request in 200. */
    public static final Exploration DEFAULT = new Exploration(0.005, "exploration");

    public Exploration {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("exploration: share is %s, expected 0 to 1".formatted(share));
        }
    }

    public static Exploration share(double share) {
        return new Exploration(share, DEFAULT.salt);
    }
}
