package org.drlput.jobs.train;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Serializer of an immutable record that travels between operators, written by hand: no reflection, no generic type. */
public abstract class RecordSerializer<T> extends TypeSerializerSingleton<T> {
    private static final long serialVersionUID = 1L;

    @Override
    public final boolean isImmutableType() {
        return true;
    }

    @Override
    public final @Nullable T createInstance() {
        return null;
    }

    @Override
    public final T copy(T from) {
        return from;
    }

    @Override
    public final T copy(T from, T reuse) {
        return from;
    }

    @Override
    public final int getLength() {
        return -1;
    }

    @Override
    public final T deserialize(T reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public final void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    static void writeLongs(long[] values, DataOutputView target) throws IOException {
        target.writeInt(values.length);
        for (long value : values) {
            target.writeLong(value);
        }
    }

    static long[] readLongs(DataInputView source) throws IOException {
        long[] values = new long[source.readInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = source.readLong();
        }
        return values;
    }
}
