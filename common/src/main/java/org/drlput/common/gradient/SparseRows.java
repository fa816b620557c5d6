package org.drlput.common.gradient;

import java.util.Arrays;

/**
 * Sums over the touched rows of one embedding table: a row is present or absent, and an absent row is the identity of
 * {@link #add}. Rows stand in the order in which they were first touched. Not thread-safe.
 */
public final class SparseRows {
    private final int columns;
    /**
     * Where a table row stands, if it stands there: stale entries are told by {@link #rows}. O(1) without hashing or clearing, and
     * one random access a row.
     *
     * <p>Source: Briggs and Torczon 1993, "An efficient representation for sparse sets".
     */
    private final int[] slotOfRow;

    private int count;
    private int[] rows = new int[64];
    private float[] values;

    public SparseRows(int tableRows, int columns) {
        this.columns = columns;
        this.slotOfRow = new int[tableRows];
        this.values = new float[64 * columns];
    }

    public int columns() {
        return columns;
    }

    /** Number of rows present. */
    public int count() {
        return count;
    }

    /** The table row in a slot, {@code 0 <= slot < count()}. */
    public int row(int slot) {
        return rows[slot];
    }

    /** The live values, {@code [count, columns]}; replaced by {@link #touch} when it grows. */
    public float[] values() {
        return values;
    }

    public boolean contains(int row) {
        int slot = slotOfRow[row];
        return slot < count && rows[slot] == row;
    }

    /**
     * The slot of a row, made present if it was absent. The values of a fresh slot are whatever stood there: the caller
     * writes them all ({@code contains} tells before).
     */
    public int touch(int row) {
        int slot = slotOfRow[row];
        return slot < count && rows[slot] == row ? slot : append(row);
    }

    private int append(int row) {
        if (count == rows.length) {
            int capacity = count + (count >> 1) + 64;
            rows = Arrays.copyOf(rows, capacity);
            values = Arrays.copyOf(values, Math.multiplyExact(capacity, columns));
        }
        slotOfRow[row] = count;
        rows[count] = row;
        return count++;
    }

    /** Adds one row's values; the first ones of a row are copied, so that absent + x is x to the bit. */
    public void addRow(int row, float[] source, int offset) {
        int before = count;
        int slot = touch(row);
        int at = slot * columns;
        if (slot == before) {
            System.arraycopy(source, offset, values, at, columns);
        } else {
            for (int c = 0; c < columns; c++) {
                values[at + c] += source[offset + c];
            }
        }
    }

    /** this + right, row by row. */
    public void add(SparseRows right) {
        for (int slot = 0; slot < right.count; slot++) {
            addRow(right.rows[slot], right.values, slot * columns);
        }
    }

    public void clear() {
        count = 0;
    }
}
