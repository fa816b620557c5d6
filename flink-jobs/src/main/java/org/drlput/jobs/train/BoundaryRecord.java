package org.drlput.jobs.train;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.drlput.jobs.protocol.CommitterMachine;

/**
 * What a worker tells the committer: which step boundary a checkpoint of it stands on, and once per life of the job which
 * generation that is.
 *
 * @param worker the subtask that says so, one of {@code workers} in this life of the job
 * @param checkpoint the checkpoint's id, {@link #OPENED} for the first record of a generation, {@link #END} at the end of input
 * @param boundary the next step: all steps before it were handed to the worker before the checkpoint's barrier
 */
public record BoundaryRecord(
        int worker, int workers, long checkpoint, long boundary, long generation, long[] incarnations) {
    static final long OPENED = -1;
    static final long END = CommitterMachine.END;

    static final RecordType<BoundaryRecord> TYPE = new RecordType<>(BoundaryRecord.class, new Serializer());

    /** Hand-written layout: the components in order. */
    public static final class Serializer extends RecordSerializer<BoundaryRecord> {
        private static final long serialVersionUID = 1L;

        @Override
        public void serialize(BoundaryRecord record, DataOutputView target) throws IOException {
            target.writeInt(record.worker);
            target.writeInt(record.workers);
            target.writeLong(record.checkpoint);
            target.writeLong(record.boundary);
            target.writeLong(record.generation);
            writeLongs(record.incarnations, target);
        }

        @Override
        public BoundaryRecord deserialize(DataInputView source) throws IOException {
            return new BoundaryRecord(
                    source.readInt(),
                    source.readInt(),
                    source.readLong(),
                    source.readLong(),
                    source.readLong(),
                    readLongs(source));
        }

        @Override
        public TypeSerializerSnapshot<BoundaryRecord> snapshotConfiguration() {
            return new Snapshot();
        }
    }

    /** Names the serializer in checkpoints. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<BoundaryRecord> {
        public Snapshot() {
            super(Serializer::new);
        }
    }
}
