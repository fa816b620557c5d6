package org.drlput.jobs.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The one split of the source: where in its run the job stands. Also the state of the source in a checkpoint, where it is the
 * key of the captures that belong to it.
 *
 * @param generation of the life that wrote it; 0: none yet
 * @param boundary the next step to plan
 */
public record RunSplit(String run, long generation, long boundary) implements SourceSplit {
    static RunSplit start(String run) {
        return new RunSplit(run, 0, 0);
    }

    @Override
    public String splitId() {
        return run;
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
            out.writeUTF(split.run);
            out.writeLong(split.generation);
            out.writeLong(split.boundary);
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
            return new RunSplit(in.readUTF(), in.readLong(), in.readLong());
        }
    }
}
