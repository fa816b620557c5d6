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
 * @param weights the shard's part
 * @param totals over the applied steps
 * @param pool of contributions to the shard's part: whoever receives pushes takes them here
 * @param baseVersion a version's number is this + its step
 * @param published steps whose version is in the registry, as {@code evaluated} are those with an evaluation
 */
public record RunState(
        RunPlan plan,
        long step,
        Parameters weights,
        Optimizer optimizer,
        Metrics totals,
        ContributionPool pool,
        long baseVersion,
        List<Long> published,
        List<Long> evaluated) {
    public RunState {
        published = List.copyOf(published);
        evaluated = List.copyOf(evaluated);
    }
}
