package org.drlput.common.gradient;

import java.util.Arrays;

/**
 * Sums over the touched rows of one embedding table: a row is present or absent, and an absent row is the identity of
 * {@link #add}. Rows stand in the order in which they were first touched. Not thread-safe.
 */
public final class SparseRows {
    private final int columns;
    /** Slot of each table row, valid where the stamp is current: O(1) without hashing or clearing. */
    private final int[] slotOfRow;

    private final int[] stampOfRow;
    private int stamp = 1;
    private int count;
    private int[] rows = new int[64];
    private float[] values;

    public SparseRows(int tableRows, int columns) {
        this.columns = columns;
        this.slotOfRow = new int[tableRows];
        this.stampOfRow = new int[tableRows];
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
        return stampOfRow[row] == stamp;
    }

    /**
     * The slot of a row, made present if it was absent. The values of a fresh slot are whatever stood there: the caller
     * writes them all ({@code contains} tells before).
     */
    public int touch(int row) {
        if (stampOfRow[row] == stamp) {
            return slotOfRow[row];
        }
        if (count == rows.length) {
            int capacity = count + (count >> 1) + 64;
            rows = Arrays.copyOf(rows, capacity);
            values = Arrays.copyOf(values, Math.multiplyExact(capacity, columns));
        }
        stampOfRow[row] = stamp;
        slotOfRow[row] = count;
        rows[count] = row;
        return count++;
    }

    /** Adds one row's values; the first ones of a row are copied, so that absent + x is x to the bit. */
    public void addRow(int row, float[] source, int offset) {
        boolean present = contains(row);
        int at = touch(row) * columns;
        if (present) {
            for (int c = 0; c < columns; c++) {
                values[at + c] += source[offset + c];
            }
        } else {
            System.arraycopy(source, offset, values, at, columns);
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
        if (++stamp == Integer.MAX_VALUE) {
            Arrays.fill(stampOfRow, 0);
            stamp = 1;
        }
    }
}
