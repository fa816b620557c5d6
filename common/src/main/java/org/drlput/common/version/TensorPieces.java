package org.drlput.common.version;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.drlput.common.tensor.TensorSpec;

/**
 * Tensors as an Arrow table. Each row is a piece of one tensor: its name, the shape {@code [rows, columns]} of the whole tensor,
 * the first of its rows that is in this piece, and the values, row-major float32. A record batch is one piece of at most
 * {@value #CHUNK_VALUES} values (or one row, if that has more), so that a tensor of any size is written and read in constant
 * memory beside its values.
 */
public final class TensorPieces {
    /** Values of a full piece: 4 MiB. */
    public static final int CHUNK_VALUES = 1 << 20;

    private static final String TENSOR = "tensor";
    private static final String ROWS = "rows";
    private static final String COLUMNS = "columns";
    private static final String FIRST_ROW = "firstRow";
    private static final String VALUES = "values";

    private static final ArrowType INT64 = new ArrowType.Int(64, true);

    private TensorPieces() {}

    public static Schema schema(Map<String, String> metadata) {
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

    /** Arrow closes what it writes to, before it could be made durable. */
    public static WritableByteChannel keptOpen(WritableByteChannel out) {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer bytes) throws IOException {
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

    /**
     * Writes rows of a tensor.
     *
     * @param tensor the whole one
     * @param values of whole rows, from {@code firstRow} on
     */
    public static void write(TensorSpec tensor, int firstRow, float[] values, VectorSchemaRoot root, ArrowWriter writer)
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

    private static FloatBuffer floats(Float4Vector items, long from, int count) {
        return items.getDataBuffer()
                .nioBuffer(from * Float.BYTES, count * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    /**
     * A piece as it stands in a file, nothing of it checked.
     *
     * @param values valid until the next batch is loaded
     */
    public record Piece(String tensor, long rows, long columns, long firstRow, FloatBuffer values) {
        public int count() {
            return values.remaining();
        }

        /** Whether it is whole rows of a tensor of that shape. */
        public boolean ofWholeRows() {
            return columns > 0 && count() % columns == 0 && firstRow >= 0 && firstRow + count() / columns <= rows;
        }
    }

    /** Piece i of a loaded batch without nulls. */
    public static Piece read(VectorSchemaRoot root, int i) {
        ListVector list = (ListVector) root.getVector(VALUES);
        long from = list.getElementStartIndex(i);
        int count = list.getElementEndIndex(i) - list.getElementStartIndex(i);
        return new Piece(
                new String(((VarCharVector) root.getVector(TENSOR)).get(i), StandardCharsets.UTF_8),
                ((BigIntVector) root.getVector(ROWS)).get(i),
                ((BigIntVector) root.getVector(COLUMNS)).get(i),
                ((BigIntVector) root.getVector(FIRST_ROW)).get(i),
                floats((Float4Vector) list.getDataVector(), from, count));
    }
}
