package org.drlput.common.version;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;

/**
 * {@code weights-<i>.arrow}: one shard's part of all tensors, as an Arrow IPC file.
 *
 * <p>Each row of the table is a piece of one tensor: its name, the shape {@code [rows, columns]} of the whole tensor, the first
 * of its rows that is in this piece, and the values, row-major float32. A record batch is one piece of at most
 * {@value #CHUNK_VALUES} values (or one row, if that has more), so that a part of any size is written and read in constant memory
 * beside the values. A tensor of which a shard owns no row has no piece.
 */
public final class WeightsFile {
    /** Values of a full piece: 4 MiB. */
    public static final int CHUNK_VALUES = 1 << 20;

    static final String FORMAT_KEY = "drlput.format";
    static final String FORMAT = "weights/1";

    static final String TENSOR = "tensor";
    static final String ROWS = "rows";
    static final String COLUMNS = "columns";
    static final String FIRST_ROW = "firstRow";
    static final String VALUES = "values";

    private static final ArrowType INT64 = new ArrowType.Int(64, true);

    private WeightsFile() {}

    /** The name of a shard's part. */
    public static String name(int shard) {
        return "weights-" + shard + ".arrow";
    }

    static Schema schema(Map<String, String> metadata) {
        Field item = Field.notNullable("item", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
        return new Schema(
                List.of(
                        Field.notNullable(TENSOR, new ArrowType.Utf8()),
                        Field.notNullable(ROWS, INT64),
                        Field.notNullable(COLUMNS, INT64),
                        Field.notNullable(FIRST_ROW, INT64),
                        new Field(VALUES, FieldType.notNullable(new ArrowType.List()), List.of(item))),
                metadata);
    }

    /**
     * Writes a shard's part, as {@link AtomicFile} does; the same bytes for the same values.
     *
     * @param part the shard's rows of each tensor
     * @param full the whole tensors, in the order of {@code part}
     */
    public static Manifest.File write(Path file, ShardLayout layout, int shard, Parameters part, List<TensorSpec> full)
            throws IOException {
        check(layout, shard, part, full);
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(FORMAT_KEY, FORMAT);
        metadata.put("drlput.shard", String.valueOf(shard));
        metadata.put("drlput.shards", String.valueOf(layout.shardCount()));
        return AtomicFile.write(file, out -> {
            try (BufferAllocator allocator = new RootAllocator();
                    VectorSchemaRoot root = VectorSchemaRoot.create(schema(metadata), allocator);
                    ArrowFileWriter writer = new ArrowFileWriter(root, null, keptOpen(out))) {
                writer.start();
                for (int t = 0; t < full.size(); t++) {
                    writeTensor(full.get(t), layout.firstRow(full.get(t), shard), part.values(t), root, writer);
                }
                writer.end();
            }
        });
    }

    /** Arrow closes what it writes to, before it could be made durable. */
    static WritableByteChannel keptOpen(WritableByteChannel out) {
        return new WritableByteChannel() {
            @Override
            public int write(java.nio.ByteBuffer bytes) throws IOException {
                return out.write(bytes);
            }

            @Override
            public boolean isOpen() {
                return out.isOpen();
            }

            @Override
            public void close() {
                // by whoever opened it
            }
        };
    }

    private static void check(ShardLayout layout, int shard, Parameters part, List<TensorSpec> full) {
        for (int t = 0; t < full.size(); t++) {
            TensorSpec expected = full.get(t).withRows(layout.rowCount(full.get(t), shard));
            if (!part.tensors().get(t).equals(expected)) {
                throw new IllegalArgumentException("shard %d of %d: part is %s, expected %s"
                        .formatted(shard, layout.shardCount(), part.tensors().get(t), expected));
            }
        }
    }

    private static void writeTensor(
            TensorSpec tensor, int firstRow, float[] values, VectorSchemaRoot root, ArrowFileWriter writer)
            throws IOException {
        int rowsPerChunk = Math.max(1, CHUNK_VALUES / tensor.columns());
        int rows = values.length / tensor.columns();
        for (int row = 0; row < rows; row += rowsPerChunk) {
            int count = Math.min(rowsPerChunk, rows - row) * tensor.columns();
            root.allocateNew();
            ((VarCharVector) root.getVector(TENSOR)).setSafe(0, tensor.name().getBytes(StandardCharsets.UTF_8));
            ((BigIntVector) root.getVector(ROWS)).setSafe(0, tensor.rows());
            ((BigIntVector) root.getVector(COLUMNS)).setSafe(0, tensor.columns());
            ((BigIntVector) root.getVector(FIRST_ROW)).setSafe(0, firstRow + row);
            setValues((ListVector) root.getVector(VALUES), values, row * tensor.columns(), count);
            root.setRowCount(1);
            writer.writeBatch();
        }
    }

    private static void setValues(ListVector list, float[] values, int from, int count) {
        Float4Vector items = (Float4Vector) list.getDataVector();
        items.allocateNew(count);
        items.getValidityBuffer().setOne(0, items.getValidityBuffer().capacity());
        items.setValueCount(count);
        floats(items, 0, count).put(values, from, count);
        list.startNewValue(0);
        list.endValue(0, count);
    }

    /** The values themselves, {@code [from, from + count)}. */
    static FloatBuffer floats(Float4Vector items, long from, int count) {
        return items.getDataBuffer()
                .nioBuffer(from * Float.BYTES, count * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    /**
     * Whole tensors, put together from the parts of all shards, however many.
     *
     * @throws VersionException with every tensor that is unknown, of another shape, incomplete, twice there or not finite, and
     *     every file that is not of this format
     */
    public static Parameters read(List<Path> parts, List<TensorSpec> tensors) {
        WeightsReader reader = new WeightsReader(tensors);
        for (Path part : parts) {
            reader.read(part);
        }
        return reader.finish(parts);
    }
}
