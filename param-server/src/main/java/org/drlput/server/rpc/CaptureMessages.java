package org.drlput.server.rpc;

import org.drlput.common.wire.v1.StagedFile;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.StagedPart;

/** The protocol's records that servers and the job send each other, and what the wire calls them. */
public final class CaptureMessages {
    private CaptureMessages() {}

    public static CaptureKey key(org.drlput.common.wire.v1.CaptureKey key) {
        return new CaptureKey(key.getRun(), key.getGeneration(), key.getBoundary());
    }

    public static org.drlput.common.wire.v1.CaptureKey key(CaptureKey key) {
        return org.drlput.common.wire.v1.CaptureKey.newBuilder()
                .setRun(key.run())
                .setGeneration(key.generation())
                .setBoundary(key.boundary())
                .build();
    }

    public static StagedPart part(StagedFile file) {
        return new StagedPart(
                file.getGeneration(),
                file.getShard(),
                file.getShardCount(),
                file.getStep(),
                file.getVersion(),
                file.getRows(),
                file.getName(),
                file.getBytes(),
                file.getSha256());
    }

    public static StagedFile file(StagedPart part) {
        return StagedFile.newBuilder()
                .setGeneration(part.generation())
                .setShard(part.shard())
                .setShardCount(part.shardCount())
                .setStep(part.step())
                .setVersion(part.version())
                .setRows(part.rows())
                .setName(part.file())
                .setBytes(part.bytes())
                .setSha256(part.sha256())
                .build();
    }
}
