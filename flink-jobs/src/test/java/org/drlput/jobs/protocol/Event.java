package org.drlput.jobs.protocol;

import java.util.function.Supplier;

/** One thing that can happen next. Its name tells it from all others that can, and finds it again in a replay. */
record Event(Supplier<String> named, Runnable happens) {
    static Event of(String name, Runnable happens) {
        return new Event(() -> name, happens);
    }

    String name() {
        return named.get();
    }
}
