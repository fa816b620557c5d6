package org.drlput.common.bias;

import java.util.List;
import org.drlput.common.log.Block;

/**
 * How many rows are in each bin of each axis, counted in two halves, every other row in each: what one half says can be checked
 * on the other. Mutable; one thread.
 */
final class BinCounts {
    private final List<Axis> axes;
    /** {@code [half][axis][bin]} */
    private final long[][][] counts = new long[2][][];

    private final long[] rows = new long[2];
    private long next;

    BinCounts(List<Axis> axes) {
        this.axes = axes;
        for (int half = 0; half < 2; half++) {
            counts[half] = new long[axes.size()][];
            for (int a = 0; a < axes.size(); a++) {
                counts[half][a] = new long[axes.get(a).bins()];
            }
        }
    }

    /** Adds the rows that are not rejected. */
    void add(Block block) {
        for (int row = 0; row < block.rowCount(); row++) {
            if (block.rowState()[row] == Block.REJECTED) {
                continue;
            }
            int half = (int) (next++ & 1);
            rows[half]++;
            for (int a = 0; a < axes.size(); a++) {
                axes.get(a).add(block, row, counts[half][a]);
            }
        }
    }

    long rows() {
        return rows[0] + rows[1];
    }

    long rows(int half) {
        return rows[half];
    }

    long count(int half, int axis, int bin) {
        return counts[half][axis][bin];
    }

    long count(int axis, int bin) {
        return counts[0][axis][bin] + counts[1][axis][bin];
    }

    /** Share of a half's rows that are in a bin. */
    double share(int half, int axis, int bin) {
        return (double) counts[half][axis][bin] / Math.max(1, rows[half]);
    }

    /** Share of all rows that are in a bin. */
    double share(int axis, int bin) {
        return (double) count(axis, bin) / Math.max(1, rows());
    }
}
