package org.drlput.common.serve;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is served now, and since when that is known to be right. Written by one thread; every decision reads it, without a lock.
 */
final class Served {
    private final long maxAgeNanos;
    private final LongSupplier nanos;
    private volatile @Nullable Serving serving;
    /** When the version was last known to be the one that the alias names. Not before {@link #serving} is set. */
    private volatile long confirmedNanos;
    /** Whether the version that the alias names was refused, by its bytes. */
    private volatile boolean refused;

    Served(long maxAgeNanos, LongSupplier nanos) {
        this.maxAgeNanos = maxAgeNanos;
        this.nanos = nanos;
    }

    @Nullable
    Serving serving() {
        return serving;
    }

    /** Why the version may not decide now; null: it may. */
    @Nullable
    FallbackCause unusable(@Nullable Serving now) {
        if (now == null) {
            return refused ? FallbackCause.WRONG_CHECKSUM : FallbackCause.NO_VERSION;
        } else if (ageNanos() > maxAgeNanos) {
            return refused ? FallbackCause.WRONG_CHECKSUM : FallbackCause.TOO_OLD;
        }
        return null;
    }

    long ageNanos() {
        return nanos.getAsLong() - confirmedNanos;
    }

    /** From the next decision on; {@code ageNanos}: how long ago it was known to be the alias'. */
    void swap(Serving next, long ageNanos) {
        confirmedNanos = nanos.getAsLong() - ageNanos;
        serving = next;
        refused = false;
    }

    /** The alias still names what is served. */
    void confirmed() {
        confirmedNanos = nanos.getAsLong();
        refused = false;
    }

    /** The alias names a version that can not be verified. */
    void refused() {
        refused = true;
    }
}
