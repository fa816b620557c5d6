package org.drlput.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.drlput.common.estimate.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a run is: a block of two lines that is redrawn on a terminal, one plain line every few seconds elsewhere. One
 * thread at a time.
 */
final class ProgressView {
    private static final long REDRAW_NANOS = 200_000_000L;
    private static final long LINE_NANOS = 5_000_000_000L;
    private static final int BAR = 24;

    private final Terminal terminal;
    private final LongSupplier nanoTime;
    private long last;
    private String lastPhase = "";

    /**
     * What is known at one moment.
     *
     * @param phase one word: what is being done
     * @param totalRows 0: not known
     * @param totalSteps 0: the phase has no steps
     * @param progressiveReward mean reward, by the policy, of rows before they were trained on; null: not known
     * @param diversity of the newest evaluated version, as is the next
     * @param secondsLeft negative: not known
     */
    record State(
            String phase,
            long rows,
            long totalRows,
            double rowsPerSecond,
            long step,
            long totalSteps,
            @Nullable Double progressiveReward,
            @Nullable Double diversity,
            @Nullable Estimate relativeGain,
            double secondsLeft) {

        /** Of a phase that only reads or writes rows. */
        static State rows(String phase, long rows, long totalRows, double rowsPerSecond, double secondsLeft) {
            return new State(phase, rows, totalRows, rowsPerSecond, 0, 0, null, null, null, secondsLeft);
        }

        State withTotalRows(long total) {
            return new State(
                    phase,
                    rows,
                    total,
                    rowsPerSecond,
                    step,
                    totalSteps,
                    progressiveReward,
                    diversity,
                    relativeGain,
                    secondsLeft);
        }

        /** In [0, 1]; negative where nothing tells. */
        double share() {
            if (totalSteps > 0) {
                return Math.min(1, (double) step / totalSteps);
            }
            return totalRows > 0 ? Math.min(1, (double) rows / totalRows) : -1;
        }
    }

    /** @param nanoTime as {@link System#nanoTime} */
    ProgressView(Terminal terminal, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        last = nanoTime.getAsLong();
    }

    /** Call as often as there is news: it is shown as often as a reader can follow. */
    void update(State state) {
        long now = nanoTime.getAsLong();
        long pause = terminal.interactive() ? REDRAW_NANOS : LINE_NANOS;
        if (now - last < pause && state.phase().equals(lastPhase)) {
            return;
        }
        last = now;
        lastPhase = state.phase();
        if (terminal.interactive()) {
            terminal.status(block(state));
        } else {
            terminal.line(plain(state));
        }
    }

    void finish() {
        terminal.clearStatus();
    }

    private static String[] block(State state) {
        StringBuilder first = new StringBuilder(String.format(Locale.ROOT, "%-12s", state.phase()));
        if (state.share() >= 0) {
            int full = (int) Math.round(state.share() * BAR);
            first.append('[').append("#".repeat(full)).append("-".repeat(BAR - full));
            first.append(String.format(Locale.ROOT, "] %3.0f %%", 100 * state.share()));
        }
        if (state.totalSteps() > 0) {
            first.append(String.format(Locale.ROOT, "  step %,d of %,d", state.step(), state.totalSteps()));
        }
        if (state.secondsLeft() >= 0) {
            first.append("  ").append(Texts.duration(state.secondsLeft())).append(" left");
        }
        String second = " ".repeat(12) + String.join("  ", measures(state));
        return new String[] {first.toString(), second};
    }

    private static String plain(State state) {
        List<String> parts = new ArrayList<>();
        parts.add(state.phase());
        if (state.totalSteps() > 0) {
            parts.add(String.format(Locale.ROOT, "step %,d/%,d", state.step(), state.totalSteps()));
        }
        parts.addAll(measures(state));
        if (state.secondsLeft() >= 0) {
            parts.add(Texts.duration(state.secondsLeft()) + " left");
        }
        return String.join("  ", parts);
    }

    private static List<String> measures(State state) {
        List<String> parts = new ArrayList<>();
        parts.add(
                state.totalRows() > 0
                        ? String.format(Locale.ROOT, "%,d/%,d rows", state.rows(), state.totalRows())
                        : String.format(Locale.ROOT, "%,d rows", state.rows()));
        if (state.rowsPerSecond() > 0) {
            parts.add(String.format(Locale.ROOT, "%,.0f rows/s", state.rowsPerSecond()));
        }
        if (state.progressiveReward() != null) {
            parts.add(String.format(Locale.ROOT, "reward %.4f", state.progressiveReward()));
        }
        if (state.totalSteps() > 0) {
            Double diversity = state.diversity();
            parts.add("Diversity " + (diversity == null ? "none yet" : String.format(Locale.ROOT, "%.3f", diversity)));
            parts.add("Relative Gain " + Texts.gain(state.relativeGain()));
        }
        return parts;
    }
}
