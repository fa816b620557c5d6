package org.drlput.jobs.firstpass;

import java.util.Arrays;
import org.drlput.common.log.Block;
import org.jspecify.annotations.Nullable;

/** Builds a block of single rows of other blocks of the same experiment. One thread. */
final class RowGatherer {
    private @Nullable Block rows;
    private int count;

    int rowCount() {
        return count;
    }

    void add(Block from, int row) {
        Block to = rows;
        if (to == null) {
            to = emptyLike(from);
            rows = to;
        }
        int at = count++;
        to.rowState()[at] = from.rowState()[row];
        to.actionId()[at] = from.actionId()[row];
        to.propensity()[at] = from.propensity()[row];
        if (to.weight().length > 0) {
            to.weight()[at] = from.weight()[row];
        }
        for (int f = 0; f < to.numeric().length; f++) {
            to.numeric()[f][at] = from.numeric()[f][row];
        }
        for (int c = 0; c < to.categorical().length; c++) {
            to.categorical()[c][at] = from.categorical()[c][row];
        }
        for (int o = 0; o < to.outcomes().length; o++) {
            to.outcomes()[o][at] = from.outcomes()[o][row];
            if (to.delayMillis()[o].length > 0) {
                to.delayMillis()[o][at] = from.delayMillis()[o][row];
            }
        }
        for (int m = 0; m < to.bags().length; m++) {
            int start = from.bagOffsets()[m][row];
            int length = from.bagOffsets()[m][row + 1] - start;
            int size = to.bagOffsets()[m][at];
            if (to.bags()[m].length < size + length) {
                to.bags()[m] = Arrays.copyOf(to.bags()[m], Math.max(size + length, to.bags()[m].length * 2));
            }
            System.arraycopy(from.bags()[m], start, to.bags()[m], size, length);
            to.bagOffsets()[m][at + 1] = size + length;
        }
    }

    private static Block emptyLike(Block from) {
        int n = Block.MAX_ROWS;
        long[][] delays = new long[from.delayMillis().length][];
        for (int o = 0; o < delays.length; o++) {
            delays[o] = new long[from.delayMillis()[o].length > 0 ? n : 0];
        }
        return new Block(
                n,
                new byte[n],
                new float[from.numeric().length][n],
                new int[from.categorical().length][n],
                new int[from.bags().length][n + 1],
                new int[from.bags().length][n],
                new int[n],
                new double[n],
                new double[from.outcomes().length][n],
                delays,
                new double[from.weight().length > 0 ? n : 0]);
    }

    /** The rows so far; begins anew. The block's arrays may be longer than its rows. */
    Block take() {
        Block full = rows;
        if (full == null) {
            throw new IllegalStateException("no rows");
        }
        Block taken = new Block(
                count,
                full.rowState(),
                full.numeric(),
                full.categorical(),
                full.bagOffsets(),
                full.bags(),
                full.actionId(),
                full.propensity(),
                full.outcomes(),
                full.delayMillis(),
                full.weight());
        rows = null;
        count = 0;
        return taken;
    }
}
