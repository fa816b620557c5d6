package org.drlput.common.client;

import java.util.List;
import org.drlput.common.wire.v1.Fence;

/**
 * Which life of which run a call belongs to; a shard that was opened for another one, or that was started again since, refuses
 * it.
 *
 * @param incarnations of the shards, in shard order, as {@code Open} answered them
 */
public record RunFence(String run, long generation, List<Long> incarnations, String experimentSha256, String kernel) {
    public RunFence {
        incarnations = List.copyOf(incarnations);
    }

    /** As it stands in calls to one shard. */
    Fence of(int shard) {
        return Fence.newBuilder()
                .setRun(run)
                .setGeneration(generation)
                .setIncarnation(incarnations.get(shard))
                .setExperimentSha256(experimentSha256)
                .setKernel(kernel)
                .build();
    }
}
