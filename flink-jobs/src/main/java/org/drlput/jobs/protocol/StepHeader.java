package org.drlput.jobs.protocol;

import java.util.List;
import org.drlput.server.shard.CaptureKey;
import org.jspecify.annotations.Nullable;

/**
 * What every record of the source tells beside its tickets.
 *
 * @param incarnations of the shards, in shard order
 * @param step the step to compute; of the first record, the next one
 * @param lastCut the newest cut that the source knows of in this generation; null: none
 */
public record StepHeader(
        long generation,
        List<Long> incarnations,
        long step,
        @Nullable CaptureKey lastCut) {
    public StepHeader {
        incarnations = List.copyOf(incarnations);
    }
}
