package org.drlput.server.shard;

import java.util.List;
import org.drlput.common.gradient.ContributionPool;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.tensor.Parameters;
import org.drlput.server.optimizer.Optimizer;

/**
 * What a generation begins with. Weights, optimizer and totals belong to the shard from then on.
 *
 * @param step steps applied in the weights
 * @param updates that the optimizer made, as in {@link CaptureCopy#updates}
 * @param weights the shard's part
 * @param totals over the applied steps
 * @param refused newest last
 * @param pool of contributions to the shard's part: whoever receives pushes takes them here
 * @param baseVersion a version's number is this + its step
 * @param staged of all parts of the restored capture together: covered, so that they are published now
 * @param published steps whose version is in the registry, as {@code evaluated} are those with an evaluation
 */
public record RunState(
        RunPlan plan,
        long step,
        long updates,
        Parameters weights,
        Optimizer optimizer,
        Metrics totals,
        List<RefusedMicroBatch> refused,
        ContributionPool pool,
        long baseVersion,
        List<StagedPart> staged,
        List<Long> published,
        List<Long> evaluated) {
    public RunState {
        refused = List.copyOf(refused);
        staged = List.copyOf(staged);
        published = List.copyOf(published);
        evaluated = List.copyOf(evaluated);
    }

    /** The state of a run that has made no step. */
    public static RunState initial(
            RunPlan plan, Parameters weights, Optimizer optimizer, ContributionPool pool, long baseVersion) {
        return new RunState(
                plan,
                0,
                0,
                weights,
                optimizer,
                new Metrics(),
                List.of(),
                pool,
                baseVersion,
                List.of(),
                List.of(),
                List.of());
    }
}
