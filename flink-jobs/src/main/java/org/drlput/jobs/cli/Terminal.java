package org.drlput.jobs.cli;

import java.io.PrintStream;

/**
 * Where a command prints. Progress is drawn in place at the bottom of an interactive one, and what is printed meanwhile goes
 * above it. Any thread.
 */
final class Terminal {
    /** Set by the launcher: whether standard output is a terminal, and how wide it is. */
    static final String INTERACTIVE = "drlput.terminal";

    static final String COLUMNS = "drlput.columns";

    private static final int DEFAULT_COLUMNS = 80;
    private static final int MIN_COLUMNS = 40;
    private static final int MAX_COLUMNS = 160;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean interactive;
    private final int columns;
    /** Lines of the status block on the screen. Guarded by this. */
    private int statusLines;

    private boolean muted;

    Terminal(PrintStream out, PrintStream err, boolean interactive, int columns) {
        this.out = out;
        this.err = err;
        this.interactive = interactive;
        this.columns = Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, columns));
    }

    static Terminal ofProcess() {
        return new Terminal(
                System.out, System.err, Boolean.getBoolean(INTERACTIVE), Integer.getInteger(COLUMNS, DEFAULT_COLUMNS));
    }

    boolean interactive() {
        return interactive;
    }

    int columns() {
        return columns;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    synchronized void line(String text) {
        if (muted) {
            return;
        }
        clearStatus();
        out.println(ErrorBlock.printable(text));
        out.flush();
    }

    synchronized void error(String block) {
        if (muted) {
            return;
        }
        clearStatus();
        out.flush();
        err.println(block);
        err.flush();
    }

    /** Replaces the status block; on an interactive terminal only. Longer lines are cut. */
    synchronized void status(String... lines) {
        if (!interactive || muted) {
            return;
        }
        clearStatus();
        for (String line : lines) {
            out.print(line.length() < columns ? line : line.substring(0, columns - 1));
            out.print('\n');
        }
        out.flush();
        statusLines = lines.length;
    }

    /** From now on nothing is printed: the process is being ended. */
    synchronized void mute() {
        muted = true;
    }

    /** Takes the status block off the screen. */
    synchronized void clearStatus() {
        if (statusLines > 0) {
            // up to its first line, then clear to the end of the screen
            out.print("\u001b[" + statusLines + "A\r\u001b[J");
            out.flush();
            statusLines = 0;
        }
    }
}
