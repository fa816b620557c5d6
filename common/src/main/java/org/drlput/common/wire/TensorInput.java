package org.drlput.common.wire;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.v1.TensorChunk;

/**
 * The chunks of one shard's part of a list of tensors, coming in: checks each one's name, place, size, checksum, and writes its
 * values. Dense tensors come in order and whole. Errors: {@link io.grpc.StatusRuntimeException} with {@code INVALID_ARGUMENT} or
 * {@code DATA_LOSS}; what the target holds then is undefined. One thread at a time.
 */
public final class TensorInput {
    /** Where values go. Places are counted in the whole tensor. */
    public interface Target {
        /** Writes all of {@code values} from {@code offset} on. */
        void run(int tensor, long offset, FloatBuffer values);

        /**
         * Writes a row, {@code values[from .. from + columns)}.
         *
         * @return false: this row was written before
         */
        boolean row(int tensor, int row, float[] values, int from);
    }

    /** Which part of which tensors; made once, used by every input. */
    public static final class Layout {
        private final List<TensorSpec> tensors;
        private final Map<String, Integer> indexByName = new HashMap<>();
        /** The shard's rows of tensor t: {@code [firstRow[t], endRow[t])}. */
        private final int[] firstRow;

        private final int[] endRow;
        private final int shard;

        /** @param tensors whole ones */
        public Layout(List<TensorSpec> tensors, ShardLayout shards, int shard) {
            this.tensors = List.copyOf(tensors);
            this.shard = shard;
            firstRow = new int[tensors.size()];
            endRow = new int[tensors.size()];
            for (int t = 0; t < firstRow.length; t++) {
                indexByName.put(tensors.get(t).name(), t);
                firstRow[t] = shards.firstRow(tensors.get(t), shard);
                endRow[t] = shards.firstRow(tensors.get(t), shard + 1);
            }
        }

        public TensorSpec tensor(int index) {
            return tensors.get(index);
        }

        public int tensorCount() {
            return tensors.size();
        }

        public int firstRow(int tensor) {
            return firstRow[tensor];
        }

        public int endRow(int tensor) {
            return endRow[tensor];
        }

        /**
         * Index of a tensor by name.
         *
         * @throws io.grpc.StatusRuntimeException {@code INVALID_ARGUMENT}
         */
        public int index(String name) {
            Integer index = indexByName.get(name);
            if (index == null) {
                throw Statuses.invalidArgument("tensor '%s': there is none of this name in the experiment's network"
                        .formatted(shortened(name)));
            }
            return index;
        }

        private static String shortened(String name) {
            return name.length() <= 100 ? name : name.substring(0, 100) + "...";
        }
    }

    private final Layout layout;
    private final Target target;
    /** Where a tensor's next run must begin. */
    private final long[] next;

    private final int[] rowsRead;
    private int chunks;

    public TensorInput(Layout layout, Target target) {
        this.layout = layout;
        this.target = target;
        this.rowsRead = new int[layout.tensorCount()];
        this.next = new long[layout.tensorCount()];
        for (int t = 0; t < next.length; t++) {
            next[t] = (long) layout.firstRow[t] * layout.tensor(t).columns();
        }
    }

    public void accept(TensorChunk chunk) {
        int tensor = layout.index(chunk.getName());
        FloatBuffer values = TensorCodec.values(chunk);
        chunks++;
        if (chunk.getRowCount() > 0) {
            acceptRows(tensor, chunk, values);
        } else {
            acceptRun(tensor, chunk.getOffset(), values);
        }
    }

    private void acceptRun(int tensor, long offset, FloatBuffer values) {
        TensorSpec spec = layout.tensor(tensor);
        long end = (long) layout.endRow[tensor] * spec.columns();
        if (offset != next[tensor] || values.remaining() == 0 || values.remaining() > end - offset) {
            throw Statuses.invalidArgument(
                    "tensor %s: found %d values from %d on, expected at most %d values from %d on"
                            .formatted(spec.name(), values.remaining(), offset, end - next[tensor], next[tensor]));
        }
        next[tensor] += values.remaining();
        target.run(tensor, offset, values);
    }

    private void acceptRows(int tensor, TensorChunk chunk, FloatBuffer values) {
        TensorSpec spec = layout.tensor(tensor);
        if (!spec.sparse()) {
            throw Statuses.invalidArgument(
                    "tensor %s: found a list of rows, expected all values: it is no embedding table"
                            .formatted(spec.name()));
        }
        int count = chunk.getRowCount();
        if (values.remaining() != (long) count * spec.columns()) {
            throw Statuses.invalidArgument("tensor %s: found %d values for %d rows, expected %d for each"
                    .formatted(spec.name(), values.remaining(), count, spec.columns()));
        }
        float[] floats = new float[values.remaining()];
        values.get(floats);
        for (int i = 0; i < count; i++) {
            int row = chunk.getRow(i);
            if (row < layout.firstRow[tensor] || row >= layout.endRow[tensor]) {
                throw Statuses.invalidArgument("tensor %s: found row %s, expected one of shard %d's rows [%d, %d)"
                        .formatted(
                                spec.name(),
                                Integer.toUnsignedString(row),
                                layout.shard,
                                layout.firstRow[tensor],
                                layout.endRow[tensor]));
            }
            if (!target.row(tensor, row, floats, i * spec.columns())) {
                throw Statuses.invalidArgument(
                        "tensor %s: found row %d twice, expected each row once".formatted(spec.name(), row));
            }
        }
        rowsRead[tensor] += count;
    }

    /** Rows of an embedding table that came one by one. */
    public int rowsRead(int tensor) {
        return rowsRead[tensor];
    }

    /** Whether all of the shard's values of a tensor came as runs. */
    public boolean whole(int tensor) {
        return next[tensor]
                == (long) layout.endRow[tensor] * layout.tensor(tensor).columns();
    }

    /** After the last chunk: all were there, and every dense tensor is whole. */
    public void finish(int expectedChunks) {
        if (chunks != expectedChunks) {
            throw Statuses.invalidArgument(
                    "found %d tensor chunks, expected %d: the message was cut short".formatted(chunks, expectedChunks));
        }
        for (int t = 0; t < next.length; t++) {
            if (!layout.tensor(t).sparse() && !whole(t)) {
                long first = (long) layout.firstRow[t] * layout.tensor(t).columns();
                long end = (long) layout.endRow[t] * layout.tensor(t).columns();
                throw Statuses.invalidArgument("tensor %s: found %d values, expected all %d of shard %d"
                        .formatted(layout.tensor(t).name(), next[t] - first, end - first, layout.shard));
            }
        }
    }
}
