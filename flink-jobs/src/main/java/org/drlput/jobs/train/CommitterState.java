package org.drlput.jobs.train;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.drlput.jobs.protocol.CommittedCaptures;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.StagedPart;

/**
 * What a checkpoint knows of the parameter server: which captures hold the state at its cut, and which parts of versions were not
 * published when it was taken. With these, and the captures, a run goes on.
 *
 * @param keep whether somebody asked for it, a savepoint: then its captures are pinned
 */
record CommitterState(CommittedCaptures committed, Keep keep) {
    private static final int MAGIC = 0x44524c43;
    private static final int VERSION = 1;

    CaptureKey key() {
        return committed.key();
    }

    byte[] toBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(key().run());
        out.writeLong(key().generation());
        out.writeLong(key().boundary());
        out.writeBoolean(keep == Keep.PINNED);
        out.writeInt(committed.captures().size());
        for (DurableCapture capture : committed.captures()) {
            out.writeUTF(capture.sha256());
            out.writeLong(capture.bytes());
            out.writeInt(capture.staged().size());
            for (StagedPart part : capture.staged()) {
                write(part, out);
            }
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link #toBytes} wrote. */
    static CommitterState read(InputStream bytes) throws IOException {
        DataInputStream in = new DataInputStream(bytes);
        int magic = in.readInt();
        int version = in.readInt();
        if (magic != MAGIC || version != VERSION) {
            throw new IOException("state of the committer: found %08x version %d, expected %08x version %d"
                    .formatted(magic, version, MAGIC, VERSION));
        }
        CaptureKey key = new CaptureKey(in.readUTF(), in.readLong(), in.readLong());
        Keep keep = in.readBoolean() ? Keep.PINNED : Keep.RETAINED;
        List<DurableCapture> captures = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String sha256 = in.readUTF();
            long size = in.readLong();
            List<StagedPart> staged = new ArrayList<>();
            for (int parts = in.readInt(); parts > 0; parts--) {
                staged.add(readPart(in));
            }
            captures.add(new DurableCapture(key, sha256, size, staged));
        }
        return new CommitterState(new CommittedCaptures(key, captures), keep);
    }

    private static void write(StagedPart part, DataOutputStream out) throws IOException {
        out.writeLong(part.generation());
        out.writeInt(part.shard());
        out.writeInt(part.shardCount());
        out.writeLong(part.step());
        out.writeLong(part.version());
        out.writeLong(part.rows());
        out.writeUTF(part.file());
        out.writeLong(part.bytes());
        out.writeUTF(part.sha256());
    }

    private static StagedPart readPart(DataInputStream in) throws IOException {
        return new StagedPart(
                in.readLong(),
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readUTF(),
                in.readLong(),
                in.readUTF());
    }
}
