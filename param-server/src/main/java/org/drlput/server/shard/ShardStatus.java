package org.drlput.server.shard;

import java.util.List;
import org.drlput.common.gradient.Metrics;

/**
 * What a shard is and how far it got.
 *
 * @param run empty, and {@code generation} 0: never opened
 * @param open whether training calls are served
 * @param captures durable and of this generation, oldest first
 * @param metrics over all applied steps, a copy
 * @param refused newest last, at most {@link OpenedRun#REFUSED_KEPT}
 * @param failure why this generation can not go on; empty: it can
 * @param warning what somebody should mend while it goes on; empty: nothing
 * @param revision grows with every change but those of step, metrics and refused
 */
public record ShardStatus(
        int shard,
        int shardCount,
        String run,
        long generation,
        long incarnation,
        boolean open,
        long step,
        long totalSteps,
        long baseVersion,
        List<CaptureKey> captures,
        List<StagedPart> staged,
        List<Long> published,
        List<Long> evaluated,
        Metrics metrics,
        List<RefusedMicroBatch> refused,
        String failure,
        String warning,
        long revision) {}
