package org.drlput.jobs.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.drlput.server.ShardServer;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C and SIGTERM: the process ends with one line, not with stack traces of all that it interrupts. The exit codes, 130 and
 * 143, are Java's own.
 */
final class Interruption {
    private static final AtomicBoolean ARMED = new AtomicBoolean();
    private static final AtomicReference<@Nullable ShardServer> SERVER = new AtomicReference<>();

    private Interruption() {}

    /** From now on an end of the process that was not {@link #disarm announced} is an interruption. */
    static void tellOn(Terminal terminal) {
        ARMED.set(true);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(terminal), "interruption"));
    }

    private static void end(Terminal terminal) {
        if (!ARMED.get()) {
            return;
        }
        ShardServer server = SERVER.get();
        if (server != null) {
            server.close();
            terminal.line("stopped");
        } else {
            terminal.error("interrupted: what was written stays, and is no complete run");
        }
        terminal.mute();
    }

    /** A server ends by being stopped: then it is closed first. */
    static void closeOnEnd(ShardServer server) {
        SERVER.set(server);
    }

    static void disarm() {
        ARMED.set(false);
    }
}
