package org.drlput.bench.planted;

import org.jspecify.annotations.Nullable;

/** What is stable when a version comes to the gate. */
enum Scene {
    NOTHING("nothing is stable", null),
    YOUNG("what was trained on a tenth of the rows is stable", Kind.YOUNG),
    RIGHT("what was trained right is stable", Kind.RIGHT);

    private final String words;
    private final @Nullable Kind stable;

    Scene(String words, @Nullable Kind stable) {
        this.words = words;
        this.stable = stable;
    }

    String words() {
        return words;
    }

    /** The version that is stable; null: none. */
    @Nullable
    Kind stable() {
        return stable;
    }
}
