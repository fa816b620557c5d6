package org.drlput.common.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Copies rows {@code [from, from + count)} of Arrow vectors of any numeric type to arrays, from place {@code at}. */
final class Vectors {
    private Vectors() {}

    /** As float32, NaN for null. */
    static void floats(FieldVector v, int from, int count, float[] out, int at) {
        if (v instanceof Float4Vector) {
            bytes(v, from, count, Float4Vector.TYPE_WIDTH).asFloatBuffer().get(out, at, count);
        } else if (v instanceof Float8Vector) {
            ArrowBuf data = v.getDataBuffer();
            for (int i = 0; i < count; i++) {
                out[at + i] = (float) data.getDouble((from + i) * 8L);
            }
        } else {
            for (int i = 0; i < count; i++) {
                out[at + i] = integer(v, from + i);
            }
        }
        if (v.getNullCount() > 0) {
            for (int i = 0; i < count; i++) {
                out[at + i] = v.isNull(from + i) ? Float.NaN : out[at + i];
            }
        }
    }

    /** As float64, NaN for null. */
    static void doubles(FieldVector v, int from, int count, double[] out, int at) {
        if (v instanceof Float8Vector) {
            bytes(v, from, count, Float8Vector.TYPE_WIDTH).asDoubleBuffer().get(out, at, count);
        } else if (v instanceof Float4Vector) {
            ArrowBuf data = v.getDataBuffer();
            for (int i = 0; i < count; i++) {
                out[at + i] = data.getFloat((from + i) * 4L);
            }
        } else {
            for (int i = 0; i < count; i++) {
                out[at + i] = integer(v, from + i);
            }
        }
        if (v.getNullCount() > 0) {
            for (int i = 0; i < count; i++) {
                out[at + i] = v.isNull(from + i) ? Double.NaN : out[at + i];
            }
        }
    }

    /** {@link BlockBuilder#NULL} for null. */
    static void longs(FieldVector v, int from, int count, long[] out, int at) {
        if (v instanceof BigIntVector) {
            bytes(v, from, count, BigIntVector.TYPE_WIDTH).asLongBuffer().get(out, at, count);
        } else {
            for (int i = 0; i < count; i++) {
                out[at + i] = integer(v, from + i);
            }
        }
        markNull(v, from, count, out, at);
    }

    /** Timestamps of any unit, and integers as they are, as milliseconds since 1970 UTC, rounded down. */
    static void millis(FieldVector v, int from, int count, long[] out, int at) {
        if (!(v instanceof TimeStampVector)) {
            longs(v, from, count, out, at);
            return;
        }
        bytes(v, from, count, Long.BYTES).asLongBuffer().get(out, at, count);
        TimeUnit unit = ((ArrowType.Timestamp) v.getField().getType()).getUnit();
        for (int i = 0; i < count; i++) {
            out[at + i] = switch (unit) {
                case SECOND -> out[at + i] * 1000;
                case MILLISECOND -> out[at + i];
                case MICROSECOND -> Math.floorDiv(out[at + i], 1000L);
                case NANOSECOND -> Math.floorDiv(out[at + i], 1_000_000L);
            };
        }
        markNull(v, from, count, out, at);
    }

    static void nulls(FieldVector v, int from, int count, boolean[] out, int at) {
        boolean any = v.getNullCount() > 0;
        for (int i = 0; i < count; i++) {
            out[at + i] = any && v.isNull(from + i);
        }
    }

    private static void markNull(FieldVector v, int from, int count, long[] out, int at) {
        if (v.getNullCount() > 0) {
            for (int i = 0; i < count; i++) {
                out[at + i] = v.isNull(from + i) ? BlockBuilder.NULL : out[at + i];
            }
        }
    }

    private static ByteBuffer bytes(FieldVector v, int from, int count, int width) {
        return v.getDataBuffer().nioBuffer((long) from * width, count * width).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The integer or bit at a row, whatever its width; of a null, whatever lies there. */
    private static long integer(FieldVector v, int row) {
        ArrowBuf data = v.getDataBuffer();
        if (v instanceof IntVector) {
            return data.getInt(row * 4L);
        } else if (v instanceof BigIntVector || v instanceof UInt8Vector) {
            return data.getLong(row * 8L);
        } else if (v instanceof BitVector) {
            return data.getByte(row >> 3) >> (row & 7) & 1;
        } else if (v instanceof TinyIntVector) {
            return data.getByte(row);
        } else if (v instanceof SmallIntVector) {
            return data.getShort(row * 2L);
        } else if (v instanceof UInt1Vector) {
            return data.getByte(row) & 0xffL;
        } else if (v instanceof UInt2Vector) {
            return data.getShort(row * 2L) & 0xffffL;
        } else if (v instanceof UInt4Vector) {
            return data.getInt(row * 4L) & 0xffff_ffffL;
        }
        throw new IllegalArgumentException("vector " + v.getField() + " holds no numbers");
    }
}
