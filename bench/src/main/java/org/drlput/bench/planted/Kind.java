package org.drlput.bench.planted;

/** What was done to a version before it came to the gate. */
enum Kind {
    /** Trained as it should be. */
    RIGHT("trained as it should be"),
    /** Trained as it should be, on a tenth of the rows. */
    YOUNG("trained on a tenth of the rows"),
    /** One action, drawn at random, for every request. */
    COLLAPSED("collapsed to one action"),
    /** Its first, random weights. */
    RANDOM("random weights"),
    /** Trained to lose: every outcome with the other sign. */
    INVERTED("inverted rewards"),
    /** Trained on outcomes of other requests. */
    SHUFFLED("shuffled rewards"),
    /** Trained on propensities that a logging fault has changed by up to five times, action by action. */
    WRONG_PROPENSITIES("wrong propensities"),
    /** A weight is not a number. */
    NAN("a NaN weight"),
    /** A file ends early. */
    TRUNCATED("a truncated file"),
    /** Trained on the logs of another market: the world has changed since. */
    STALE("stale: of another world");

    private final String words;

    Kind(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    boolean unreadable() {
        return this == NAN || this == TRUNCATED;
    }
}
