package org.drlput.common.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.zip.CRC32C;
import org.drlput.common.wire.v1.TensorChunk;

/** {@code float[]} to the values of a {@link TensorChunk} and back: little-endian float32 with a CRC-32C, one copy each way. */
final class TensorCodec {
    /** Most bytes of values in one chunk. */
    static final int MAX_VALUE_BYTES = 1 << 20;

    static final int MAX_VALUES = MAX_VALUE_BYTES / Float.BYTES;

    private TensorCodec() {}

    /** A chunk of {@code values[from .. from + count)}, which stand at {@code offset} in the whole tensor. */
    static TensorChunk run(String name, long offset, float[] values, int from, int count) {
        byte[] bytes = new byte[count * Float.BYTES];
        littleEndian(bytes, 0, bytes.length).put(values, from, count);
        return finish(TensorChunk.newBuilder().setName(name).setOffset(offset), bytes);
    }

    /**
     * A chunk of {@code count} rows: row {@code rows[first + i]} of the whole tensor is {@code columns} values from
     * {@code slots[first + i] * columns} on.
     */
    static TensorChunk rows(String name, int columns, float[] values, int[] slots, int[] rows, int first, int count) {
        // gathered first: one bulk put costs a fraction of one for each short row
        float[] gathered = new float[count * columns];
        TensorChunk.Builder chunk = TensorChunk.newBuilder().setName(name);
        for (int i = 0; i < count; i++) {
            System.arraycopy(values, slots[first + i] * columns, gathered, i * columns, columns);
            chunk.addRow(rows[first + i]);
        }
        byte[] bytes = new byte[gathered.length * Float.BYTES];
        littleEndian(bytes, 0, bytes.length).put(gathered);
        return finish(chunk, bytes);
    }

    private static TensorChunk finish(TensorChunk.Builder chunk, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        // the array is written nowhere else
        return chunk.setFloat32Le(UnsafeByteOperations.unsafeWrap(bytes))
                .setCrc32C((int) crc.getValue())
                .build();
    }

    private static FloatBuffer littleEndian(byte[] bytes, int from, int length) {
        return ByteBuffer.wrap(bytes, from, length)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    /**
     * The values of a chunk, checked: whole floats, at most 1 MiB, the checksum right.
     *
     * @throws io.grpc.StatusRuntimeException {@code INVALID_ARGUMENT} or {@code DATA_LOSS}
     */
    static FloatBuffer values(TensorChunk chunk) {
        ByteString bytes = chunk.getFloat32Le();
        if (bytes.size() % Float.BYTES != 0) {
            throw Statuses.invalidArgument("tensor %s: found %d bytes of values, expected a multiple of 4"
                    .formatted(chunk.getName(), bytes.size()));
        }
        if (bytes.size() > MAX_VALUE_BYTES) {
            throw Statuses.invalidArgument("tensor %s: found %d bytes of values in one chunk, expected at most %d"
                    .formatted(chunk.getName(), bytes.size(), MAX_VALUE_BYTES));
        }
        Array array = new Array();
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, array);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        if (array.crc() != chunk.getCrc32C()) {
            throw Statuses.dataLoss(
                    "tensor %s: the checksum of %d bytes of values is %08x, expected %08x: they were changed on the way"
                            .formatted(chunk.getName(), bytes.size(), array.crc(), chunk.getCrc32C()));
        }
        return array.floats();
    }

    /** Takes hold of a byte string's array without a copy; read only. */
    private static final class Array extends ByteOutput {
        private byte[] bytes = new byte[0];
        private int from;
        private int length;

        @Override
        public void write(byte[] value, int offset, int n) {
            if (length > 0) {
                byte[] joined = new byte[length + n];
                System.arraycopy(bytes, from, joined, 0, length);
                System.arraycopy(value, offset, joined, length, n);
                bytes = joined;
                from = 0;
                length += n;
            } else {
                bytes = value;
                from = offset;
                length = n;
            }
        }

        @Override
        public void writeLazy(byte[] value, int offset, int n) {
            write(value, offset, n);
        }

        @Override
        public void write(byte value) {
            write(new byte[] {value}, 0, 1);
        }

        @Override
        public void write(ByteBuffer value) {
            byte[] copy = new byte[value.remaining()];
            value.get(copy);
            write(copy, 0, copy.length);
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            write(value);
        }

        int crc() {
            CRC32C crc = new CRC32C();
            crc.update(bytes, from, length);
            return (int) crc.getValue();
        }

        FloatBuffer floats() {
            return littleEndian(bytes, from, length);
        }
    }
}
