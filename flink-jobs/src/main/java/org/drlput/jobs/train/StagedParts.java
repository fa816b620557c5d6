package org.drlput.jobs.train;

import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.StagedFile;
import org.drlput.server.shard.StagedPart;

/** What the wire calls by one name and the protocol by another. */
final class StagedParts {
    private StagedParts() {}

    static CaptureKey key(org.drlput.server.shard.CaptureKey key) {
        return CaptureKey.newBuilder()
                .setRun(key.run())
                .setGeneration(key.generation())
                .setBoundary(key.boundary())
                .build();
    }

    static StagedPart part(StagedFile file) {
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

    static StagedFile file(StagedPart part) {
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
