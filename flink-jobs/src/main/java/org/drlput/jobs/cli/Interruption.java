package org.drlput.jobs.cli;

import java.util.concurrent.atomic.AtomicBoolean;

/** Ctrl-C: the process ends with one line, not with stack traces of all that it interrupts. Exit code 130 is Java's own. */
final class Interruption {
    private static final AtomicBoolean ARMED = new AtomicBoolean();

    private Interruption() {}

    /** From now on an end of the process that was not {@link #disarm announced} is an interruption. */
    static void tellOn(Terminal terminal) {
        ARMED.set(true);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (ARMED.get()) {
                                terminal.error("interrupted: what was written stays, and is no complete run");
                            }
                        },
                        "interruption"));
    }

    static void disarm() {
        ARMED.set(false);
    }
}
