package org.drlput.jobs.protocol;

import java.util.function.Supplier;

/** A message under way: it comes late, twice, in any order, or never. */
record Message(Kind kind, JobLife of, Supplier<String> name, Runnable arrives) {
    enum Kind {
        OPEN,
        PUSH,
        CAPTURE,
        CONFIRM
    }

    Message again() {
        return new Message(kind, of, () -> name.get() + "+", arrives);
    }
}
