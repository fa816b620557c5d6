package org.drlput.common.log;

import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarCharVector;

/** The UTF-8 of some rows of a text vector, copied in one go. Reused; one thread. */
final class TextColumn {
    private byte[] bytes = new byte[0];
    private int[] starts = new int[1];

    static boolean isText(FieldVector vector) {
        return vector instanceof VarCharVector
                || vector instanceof LargeVarCharVector
                || vector instanceof ViewVarCharVector;
    }

    /** Rows {@code [from, from + count)}. A null's text means nothing. */
    void load(FieldVector vector, int from, int count) {
        if (starts.length <= count) {
            starts = new int[count + 1];
        }
        if (vector instanceof VarCharVector || vector instanceof LargeVarCharVector) {
            long base = offset(vector, from);
            for (int i = 0; i <= count; i++) {
                starts[i] = Math.toIntExact(offset(vector, from + i) - base);
                // Damaged offsets would ask for any amount of memory.
                if (i > 0 && starts[i] < starts[i - 1]) {
                    throw new IllegalArgumentException("the texts of '" + vector.getName() + "' do not ascend");
                }
            }
            if (starts[count] > 0
                    && base + starts[count] > vector.getDataBuffer().capacity()) {
                throw new IllegalArgumentException("the texts of '" + vector.getName() + "' end behind its data");
            }
            reserve(starts[count]);
            if (starts[count] > 0) {
                vector.getDataBuffer().getBytes(base, bytes, 0, starts[count]);
            }
        } else {
            loadViews((ViewVarCharVector) vector, from, count);
        }
    }

    private void loadViews(ViewVarCharVector vector, int from, int count) {
        starts[0] = 0;
        for (int i = 0; i < count; i++) {
            byte[] value = vector.isNull(from + i) ? new byte[0] : vector.get(from + i);
            starts[i + 1] = Math.addExact(starts[i], value.length);
            reserve(starts[i + 1]);
            System.arraycopy(value, 0, bytes, starts[i], value.length);
        }
    }

    private static long offset(FieldVector vector, int row) {
        return vector instanceof VarCharVector
                ? vector.getOffsetBuffer().getInt(row * (long) VarCharVector.OFFSET_WIDTH)
                : vector.getOffsetBuffer().getLong(row * (long) LargeVarCharVector.OFFSET_WIDTH);
    }

    private void reserve(int size) {
        if (bytes.length < size) {
            bytes = Arrays.copyOf(bytes, Math.max(size, bytes.length * 2));
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int start(int row) {
        return starts[row];
    }

    int length(int row) {
        return starts[row + 1] - starts[row];
    }
}
