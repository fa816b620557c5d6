package org.drlput.jobs.protocol;

import org.jspecify.annotations.Nullable;

/** An invariant does not hold. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String text) {
        super(text);
    }

    /** What must be there. */
    static <T> T present(@Nullable T value, String text, Object... values) {
        if (value == null) {
            throw new Violation(text.formatted(values));
        }
        return value;
    }

    static void unless(boolean holds, String text, Object... values) {
        if (!holds) {
            throw new Violation(text.formatted(values));
        }
    }
}
