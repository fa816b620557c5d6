package org.drlput.jobs.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.drlput.server.ShardServer;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C and SIGTERM: the process ends with one line, not with stack traces of all that it interrupts. The exit codes, 130 and
 * 143, are Java's own. What can be stopped cleanly is, on the first of them; a second one ends the process at once.
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

    /** From now on, until closed, the first signal only asks for this. */
    static Stop stopFirst(Terminal terminal, Runnable stop) {
        Stop made = new Stop();
        made.take(terminal, stop);
        return made;
    }

    /** A signal ends the process, as ever. */
    static Stop endAtOnce() {
        return new Stop();
    }

    /** What signals do while something runs that can be stopped cleanly. */
    static final class Stop implements AutoCloseable {
        private static final int SIGNALLED = 128;

        private final AtomicInteger first = new AtomicInteger();
        private final Map<Signal, SignalHandler> before = new HashMap<>();

        private void take(Terminal terminal, Runnable stop) {
            for (String name : List.of("INT", "TERM")) {
                Signal signal = new Signal(name);
                before.put(signal, Signal.handle(signal, received -> received(received, terminal, stop)));
            }
        }

        private void received(Signal signal, Terminal terminal, Runnable stop) {
            if (first.compareAndSet(0, SIGNALLED + signal.getNumber())) {
                terminal.line("stopping       with a savepoint; once more ends it at once");
                stop.run();
            } else {
                terminal.error("interrupted: it goes on from its newest completed checkpoint");
                terminal.mute();
                Runtime.getRuntime().halt(SIGNALLED + signal.getNumber());
            }
        }

        /** What the process should end with: 0 where there was no signal. */
        int exitCode() {
            return first.get();
        }

        @Override
        public void close() {
            before.forEach(Signal::handle);
        }
    }
}
