package org.drlput.common.simulate;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.StringJoiner;
import java.util.function.Function;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * A column of the market's log: its Arrow field, and how rows become a vector's content or the cells of a CSV file. Bytes that no
 * value needs are zeroed, so that the same rows make the same file. Immutable.
 */
abstract class MarketColumn {
    private static final ArrowType UTF8 = new ArrowType.Utf8();
    private static final ArrowType INT32 = new ArrowType.Int(32, true);

    private final Field field;

    private MarketColumn(String name, ArrowType type) {
        this(Field.notNullable(name, type));
    }

    private MarketColumn(Field field) {
        this.field = field;
    }

    final Field field() {
        return field;
    }

    /** Makes the vector, which is empty, hold the rows. */
    abstract void write(LogRows rows, FieldVector vector);

    /** The CSV cell of a row; empty: null. */
    abstract String cell(LogRows rows, int row);

    static MarketColumn requestId(String name) {
        return new MarketColumn(name, UTF8) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                int width = LogRows.REQUEST_ID_BYTES;
                byte[] text = new byte[rows.rowCount * width];
                int[] offsets = new int[rows.rowCount + 1];
                for (int row = 0; row < rows.rowCount; row++) {
                    rows.requestId(row, text, row * width);
                    offsets[row + 1] = (row + 1) * width;
                }
                writeText((VarCharVector) vector, text, offsets);
            }

            @Override
            String cell(LogRows rows, int row) {
                byte[] text = new byte[LogRows.REQUEST_ID_BYTES];
                rows.requestId(row, text, 0);
                return new String(text, StandardCharsets.US_ASCII);
            }
        };
    }

    static MarketColumn eventTime(String name) {
        return new MarketColumn(name, new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                fixed(vector, rows.rowCount, 8).asLongBuffer().put(rows.eventTimeMicros, 0, rows.rowCount);
            }

            @Override
            String cell(LogRows rows, int row) {
                long micros = rows.eventTimeMicros[row];
                return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000)
                        .toString();
            }
        };
    }

    /** @param feature whose words the column has */
    static MarketColumn words(String name, String feature) {
        byte[][] words = LogRows.words(feature);
        return new MarketColumn(name, UTF8) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                int[] index = rows.category(feature);
                int[] offsets = new int[rows.rowCount + 1];
                for (int row = 0; row < rows.rowCount; row++) {
                    offsets[row + 1] = offsets[row] + words[index[row]].length;
                }
                byte[] text = new byte[offsets[rows.rowCount]];
                for (int row = 0; row < rows.rowCount; row++) {
                    byte[] word = words[index[row]];
                    System.arraycopy(word, 0, text, offsets[row], word.length);
                }
                writeText((VarCharVector) vector, text, offsets);
            }

            @Override
            String cell(LogRows rows, int row) {
                return new String(words[rows.category(feature)[row]], StandardCharsets.UTF_8);
            }
        };
    }

    static MarketColumn topics(String name) {
        Field list = new Field(
                name, FieldType.notNullable(new ArrowType.List()), java.util.List.of(Field.notNullable("item", UTF8)));
        return new MarketColumn(list) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                writeTopics(rows, (ListVector) vector);
            }

            @Override
            String cell(LogRows rows, int row) {
                StringJoiner cell = new StringJoiner("|");
                for (int topics = rows.interests[row]; topics != 0; topics &= topics - 1) {
                    cell.add(Market.TOPICS.get(Integer.numberOfTrailingZeros(topics)));
                }
                return cell.toString();
            }
        };
    }

    private static void writeTopics(LogRows rows, ListVector vector) {
        int[] lists = new int[rows.rowCount + 1];
        int[] offsets = new int[rows.rowCount * Market.MAX_INTERESTS + 1];
        byte[] text = new byte[rows.rowCount * Market.MAX_INTERESTS * 16];
        int items = 0;
        for (int row = 0; row < rows.rowCount; row++) {
            for (int topics = rows.interests[row]; topics != 0; topics &= topics - 1) {
                byte[] word = LogRows.TOPICS[Integer.numberOfTrailingZeros(topics)];
                System.arraycopy(word, 0, text, offsets[items], word.length);
                offsets[items + 1] = offsets[items] + word.length;
                items++;
            }
            lists[row + 1] = items;
        }
        vector.setInitialCapacity(rows.rowCount);
        vector.allocateNew();
        writeText((VarCharVector) vector.getDataVector(), text, java.util.Arrays.copyOf(offsets, items + 1));
        setValid(vector.getValidityBuffer());
        bytes(vector.getOffsetBuffer(), (rows.rowCount + 1) * 4L).asIntBuffer().put(lists);
        vector.setLastSet(rows.rowCount - 1);
        vector.setValueCount(rows.rowCount);
    }

    /** A numeric feature: null where NaN. */
    static MarketColumn number(String name) {
        ArrowType float32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
        return new MarketColumn(Field.nullable(name, float32)) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                float[] values = rows.number(name);
                java.nio.FloatBuffer out = fixed(vector, rows.rowCount, 4).asFloatBuffer();
                for (int row = 0; row < rows.rowCount; row++) {
                    boolean missing = Float.isNaN(values[row]);
                    out.put(row, missing ? 0 : values[row]);
                    if (missing) {
                        BitVectorHelper.unsetBit(vector.getValidityBuffer(), row);
                    }
                }
            }

            @Override
            String cell(LogRows rows, int row) {
                float value = rows.number(name)[row];
                return Float.isNaN(value) ? "" : Float.toString(value);
            }
        };
    }

    static MarketColumn count(String name, Function<LogRows, int[]> values) {
        return new MarketColumn(name, INT32) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                fixed(vector, rows.rowCount, 4).asIntBuffer().put(values.apply(rows), 0, rows.rowCount);
            }

            @Override
            String cell(LogRows rows, int row) {
                return Integer.toString(values.apply(rows)[row]);
            }
        };
    }

    static MarketColumn revenue() {
        ArrowType float64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
        return new MarketColumn("revenue", float64) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                fixed(vector, rows.rowCount, 8).asDoubleBuffer().put(rows.revenue, 0, rows.rowCount);
            }

            @Override
            String cell(LogRows rows, int row) {
                return Double.toString(rows.revenue[row]);
            }
        };
    }

    static MarketColumn propensity(String name) {
        ArrowType float64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
        return new MarketColumn(name, float64) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                fixed(vector, rows.rowCount, 8).asDoubleBuffer().put(rows.propensity, 0, rows.rowCount);
            }

            @Override
            String cell(LogRows rows, int row) {
                return Double.toString(rows.propensity[row]);
            }
        };
    }

    /** Milliseconds from the view to the first conversion: null where none was seen. */
    static MarketColumn delay() {
        return new MarketColumn(Field.nullable(MarketCheck.DELAY, new ArrowType.Int(64, true))) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                java.nio.LongBuffer out = fixed(vector, rows.rowCount, 8).asLongBuffer();
                for (int row = 0; row < rows.rowCount; row++) {
                    long delay = rows.delayMillis[row];
                    out.put(row, Math.max(0, delay));
                    if (delay < 0) {
                        BitVectorHelper.unsetBit(vector.getValidityBuffer(), row);
                    }
                }
            }

            @Override
            String cell(LogRows rows, int row) {
                long delay = rows.delayMillis[row];
                return delay < 0 ? "" : Long.toString(delay);
            }
        };
    }

    /** Every row of an exploration log was explored. */
    static MarketColumn explored() {
        return new MarketColumn(MarketCheck.EXPLORED, new ArrowType.Bool()) {
            @Override
            void write(LogRows rows, FieldVector vector) {
                BaseFixedWidthVector bits = (BaseFixedWidthVector) vector;
                bits.allocateNew(rows.rowCount);
                setValid(bits.getValidityBuffer());
                setValid(bits.getDataBuffer());
                bits.setValueCount(rows.rowCount);
            }

            @Override
            String cell(LogRows rows, int row) {
                return "true";
            }
        };
    }

    /** The data of a vector of so many rows, all of them valid. */
    private static ByteBuffer fixed(FieldVector vector, int rows, int width) {
        BaseFixedWidthVector fixed = (BaseFixedWidthVector) vector;
        fixed.allocateNew(rows);
        setValid(fixed.getValidityBuffer());
        fixed.setValueCount(rows);
        return bytes(fixed.getDataBuffer(), (long) rows * width);
    }

    private static void writeText(VarCharVector vector, byte[] text, int[] offsets) {
        int rows = offsets.length - 1;
        vector.allocateNew(offsets[rows], rows);
        setValid(vector.getValidityBuffer());
        bytes(vector.getOffsetBuffer(), offsets.length * 4L).asIntBuffer().put(offsets);
        vector.getDataBuffer().setBytes(0, text, 0, offsets[rows]);
        vector.setLastSet(rows - 1);
        vector.setValueCount(rows);
    }

    private static void setValid(ArrowBuf validity) {
        validity.setOne(0, validity.capacity());
    }

    private static ByteBuffer bytes(ArrowBuf buffer, long length) {
        return buffer.nioBuffer(0, Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
