package org.drlput.server.shard;

import java.util.List;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.tensor.Parameters;
import org.drlput.server.optimizer.OptimizerState;

/**
 * A copy of all that a shard needs to go on from a cut with the same bits; the receiver owns it. The step that it goes on with is
 * the key's boundary.
 *
 * @param opening of the generation that took it: run, hashes and kernel must be the same on a restore, the shard count need not
 * @param baseVersion a version's number is this + its step
 * @param updates that the optimizer made: one a step, but asynchronous one a push
 * @param weights the shard's part
 * @param optimizer of the shard's part
 * @param totals over all steps before the boundary; asynchronously added in another order in every shard, so that their last bits
 *     differ between shards
 * @param refused newest last
 * @param staged all parts of versions that are durable and not known as published, of steps up to the boundary: this shard's own,
 *     and those of other shards that it was told of
 */
public record CaptureCopy(
        CaptureKey key,
        Opening opening,
        long baseVersion,
        long updates,
        Parameters weights,
        OptimizerState optimizer,
        Metrics totals,
        List<RefusedMicroBatch> refused,
        List<StagedPart> staged) {
    public CaptureCopy {
        refused = List.copyOf(refused);
        staged = List.copyOf(staged);
    }

    CaptureCopy withStaged(List<StagedPart> parts) {
        return new CaptureCopy(key, opening, baseVersion, updates, weights, optimizer, totals, refused, parts);
    }
}
