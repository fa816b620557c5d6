package org.drlput.server.capture;

import java.util.List;
import org.drlput.common.gradient.Metrics;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.RefusedMicroBatch;
import org.drlput.server.shard.StagedPart;

/** All that a part of a capture holds beside its tensors: JSON in the metadata of its Arrow schema. As in {@link CaptureCopy}. */
record CaptureHeader(
        int formatVersion,
        String run,
        long generation,
        long boundary,
        int shard,
        int shardCount,
        String experimentSha256,
        String firstPassSha256,
        String kernel,
        long baseVersion,
        long updates,
        Metrics totals,
        List<RefusedMicroBatch> refused,
        List<StagedPart> staged) {
    static final int FORMAT_VERSION = 1;

    static CaptureHeader of(CaptureCopy copy, int shard) {
        return new CaptureHeader(
                FORMAT_VERSION,
                copy.key().run(),
                copy.key().generation(),
                copy.key().boundary(),
                shard,
                copy.opening().shardCount(),
                copy.opening().experimentSha256(),
                copy.opening().firstPassSha256(),
                copy.opening().kernel(),
                copy.baseVersion(),
                copy.updates(),
                copy.totals(),
                copy.refused(),
                copy.staged());
    }

    CaptureKey key() {
        return new CaptureKey(run, generation, boundary);
    }
}
