package org.drlput.common.wire;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.wire.v1.TensorChunk;

/**
 * Tensors on their way out: pieces are added, then taken as messages of at most 1 MiB of values. A piece is encoded only when it
 * is taken, so that a slow reader costs no memory; its arrays must not change until then. One thread at a time.
 */
public final class TensorOutput {
    /** Some values of one tensor, cut into chunks. */
    private interface Piece {
        int chunks();

        int values(int chunk);

        TensorChunk encode(int chunk);
    }

    private record Run(String name, long offset, float[] array, int from, int count) implements Piece {
        @Override
        public int chunks() {
            return ceilDiv(count, TensorCodec.MAX_VALUES);
        }

        @Override
        public int values(int chunk) {
            return Math.min(TensorCodec.MAX_VALUES, count - chunk * TensorCodec.MAX_VALUES);
        }

        @Override
        public TensorChunk encode(int chunk) {
            int start = chunk * TensorCodec.MAX_VALUES;
            return TensorCodec.run(name, offset + start, array, from + start, values(chunk));
        }
    }

    private record Rows(String name, int columns, float[] array, int[] slots, int[] rows, int count) implements Piece {
        private int rowsPerChunk() {
            return Math.max(1, TensorCodec.MAX_VALUES / columns);
        }

        @Override
        public int chunks() {
            return ceilDiv(count, rowsPerChunk());
        }

        private int rows(int chunk) {
            return Math.min(rowsPerChunk(), count - chunk * rowsPerChunk());
        }

        @Override
        public int values(int chunk) {
            return rows(chunk) * columns;
        }

        @Override
        public TensorChunk encode(int chunk) {
            return TensorCodec.rows(name, columns, array, slots, rows, chunk * rowsPerChunk(), rows(chunk));
        }
    }

    private record Encoded(TensorChunk tensorChunk) implements Piece {
        @Override
        public int chunks() {
            return 1;
        }

        @Override
        public int values(int chunk) {
            return tensorChunk.getFloat32Le().size() / Float.BYTES;
        }

        @Override
        public TensorChunk encode(int chunk) {
            return tensorChunk;
        }
    }

    private final List<Piece> pieces = new ArrayList<>();
    private int chunkCount;
    /** What is taken next: a chunk of a piece. */
    private int piece;

    private int chunk;

    /** {@code array[from .. from + count)}, which stands at {@code offset} in the whole tensor. */
    public void addRun(String name, long offset, float[] array, int from, int count) {
        if (count > 0) {
            add(new Run(name, offset, array, from, count));
        }
    }

    /** {@code count} rows: row {@code rows[i]} of the whole tensor is {@code columns} values from {@code slots[i] * columns} on. */
    public void addRows(String name, int columns, float[] array, int[] slots, int[] rows, int count) {
        if (count > 0) {
            add(new Rows(name, columns, array, slots, rows, count));
        }
    }

    /** Chunks that were encoded before, say for another reader. */
    public void addEncoded(List<TensorChunk> chunks) {
        for (TensorChunk encoded : chunks) {
            add(new Encoded(encoded));
        }
    }

    private void add(Piece added) {
        pieces.add(added);
        chunkCount += added.chunks();
    }

    /** Chunks in all messages. */
    public int chunkCount() {
        return chunkCount;
    }

    public boolean hasNext() {
        return piece < pieces.size();
    }

    /** The chunks of the next message: at least one, and as many as fit. */
    public List<TensorChunk> nextMessage() {
        List<TensorChunk> message = new ArrayList<>();
        int values = 0;
        while (hasNext()) {
            Piece current = pieces.get(piece);
            values += current.values(chunk);
            if (values > TensorCodec.MAX_VALUES && !message.isEmpty()) {
                break;
            }
            message.add(current.encode(chunk));
            if (++chunk == current.chunks()) {
                chunk = 0;
                piece++;
            }
        }
        return message;
    }

    private static int ceilDiv(int count, int size) {
        return (int) (((long) count + size - 1) / size);
    }

    /** Back to the first message. */
    public void rewind() {
        piece = 0;
        chunk = 0;
    }
}
