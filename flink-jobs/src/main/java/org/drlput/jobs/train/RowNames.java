package org.drlput.jobs.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.common.log.Block;
import org.drlput.common.log.EpochOrder.Piece;
import org.drlput.common.log.FirstPassResult.InputFile;

/** Names the rows of a ticket as their owner knows them: log files and row numbers, counted from 1. */
final class RowNames {
    private final List<InputFile> inputs;
    private final long rows;

    /** @param inputs in the order in which they were read, {@code rows} in all */
    RowNames(List<InputFile> inputs, long rows) {
        this.inputs = List.copyOf(inputs);
        this.rows = rows;
    }

    /**
     * {@code 128 of rows 16385 to 32768 of log-00000.arrow}: a ticket takes its rows out of whole blocks in a shuffled order, so
     * the block's range is what can be looked at.
     */
    String describe(List<Piece> ticket) {
        List<String> parts = new ArrayList<>();
        for (Piece piece : ticket) {
            long first = piece.block() * Block.MAX_ROWS;
            long last = Math.min(first + Block.MAX_ROWS, rows) - 1;
            parts.add(String.format(Locale.ROOT, "%d of %s", piece.count(), range(first, last)));
        }
        return String.join(" and ", parts);
    }

    private String range(long first, long last) {
        StringBuilder text = new StringBuilder();
        long start = 0;
        for (InputFile input : inputs) {
            long from = Math.max(first, start);
            long to = Math.min(last, start + input.rows() - 1);
            if (from <= to) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(String.format(
                                Locale.ROOT, "rows %d to %d of %s", from - start + 1, to - start + 1, input.name()));
            }
            start += input.rows();
        }
        return text.toString();
    }
}
