package org.drlput.jobs.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.drlput.server.shard.CaptureKey;

/**
 * The one split of the source: where in its run the job stands. Also the state of the source in a checkpoint, where it is the
 * key of the captures that belong to it.
 *
 * @param key generation 0: the beginning, for which there are no captures
 * @param checkpoint that it is of; 0: none
 */
public record RunSplit(CaptureKey key, long checkpoint) implements SourceSplit {
    static RunSplit start(String run) {
        return new RunSplit(new CaptureKey(run, 0, 0), 0);
    }

    /** Whether there are captures to go on from. */
    boolean restored() {
        return key.generation() > 0;
    }

    @Override
    public String splitId() {
        return key.run();
    }

    static final class Serializer implements SimpleVersionedSerializer<RunSplit> {
        private static final int VERSION = 1;

        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(RunSplit split) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeUTF(split.key.run());
            out.writeLong(split.key.generation());
            out.writeLong(split.key.boundary());
            out.writeLong(split.checkpoint);
            return bytes.toByteArray();
        }

        @Override
        public RunSplit deserialize(int version, byte[] bytes) throws IOException {
            if (version != VERSION) {
                throw new IOException(
                        "state of the step source: found version %d, expected %d: written by another DRL-PUT"
                                .formatted(version, VERSION));
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            return new RunSplit(new CaptureKey(in.readUTF(), in.readLong(), in.readLong()), in.readLong());
        }
    }
}
