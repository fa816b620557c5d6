package org.drlput.common.client;

import java.util.Arrays;
import java.util.List;
import org.drlput.common.tensor.TensorSpec;

/**
 * The rows of embedding tables that a worker wants to pull: a set per table, of rows counted in the whole table. Adding is O(1)
 * without hashing. Mutable, reused, not thread-safe.
 */
public final class RowSelection {
    private final List<TensorSpec> tensors;
    /** Per tensor the selected rows, in the order in which they were first added; empty for dense tensors. */
    private final int[][] rows;

    private final int[] counts;
    /** A row is selected where its stamp is current. */
    private final int[][] stamps;

    private int stamp = 1;

    public RowSelection(List<TensorSpec> tensors) {
        this.tensors = List.copyOf(tensors);
        rows = new int[tensors.size()][];
        stamps = new int[tensors.size()][];
        counts = new int[tensors.size()];
        for (int t = 0; t < rows.length; t++) {
            boolean sparse = tensors.get(t).sparse();
            rows[t] = new int[sparse ? 64 : 0];
            stamps[t] = new int[sparse ? tensors.get(t).rows() : 0];
        }
    }

    public List<TensorSpec> tensors() {
        return tensors;
    }

    /** Adds a row of an embedding table; nothing happens where it is there already. */
    public void add(int tensor, int row) {
        if (stamps[tensor][row] == stamp) {
            return;
        }
        stamps[tensor][row] = stamp;
        int count = counts[tensor];
        if (count == rows[tensor].length) {
            rows[tensor] = Arrays.copyOf(rows[tensor], count + (count >> 1) + 64);
        }
        rows[tensor][count] = row;
        counts[tensor] = count + 1;
    }

    /** Adds {@code tableRows[0 .. count)}, which may repeat. */
    public void addAll(int tensor, int[] tableRows, int count) {
        for (int i = 0; i < count; i++) {
            add(tensor, tableRows[i]);
        }
    }

    /** Adds every row of every table. */
    public void addAll() {
        for (int t = 0; t < rows.length; t++) {
            for (int row = 0; row < stamps[t].length; row++) {
                add(t, row);
            }
        }
    }

    public int count(int tensor) {
        return counts[tensor];
    }

    /** The live rows, {@code [count(tensor)]} of them; replaced by {@link #add} when it grows. */
    int[] rows(int tensor) {
        return rows[tensor];
    }

    public void clear() {
        Arrays.fill(counts, 0);
        if (++stamp == Integer.MAX_VALUE) {
            for (int[] tensorStamps : stamps) {
                Arrays.fill(tensorStamps, 0);
            }
            stamp = 1;
        }
    }
}
