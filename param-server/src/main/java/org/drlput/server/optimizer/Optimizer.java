package org.drlput.server.optimizer;

import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;

/**
 * Applies gradient sums to a shard's part of the weights, uphill: a contribution is the gradient of what is maximized. Elementwise
 * and a function of (weights, state, sum, step): a weight's bits do not depend on which shard holds it. Embedding rows that a sum
 * does not touch stay as they are, state included. Not thread-safe.
 */
public interface Optimizer {
    /** A named array of the optimizer's state, live. */
    record State(String name, float[] values) {}

    /**
     * Applies one step; a sum without valid rows changes nothing.
     *
     * @param sum over all micro-batches of the step; divided by its valid rows here
     * @param step counted from 0
     */
    void step(Parameters weights, Contribution sum, long step);

    /** All that a capture must hold beside the weights, in a fixed order; empty: nothing. */
    List<State> state();

    /**
     * The optimizer of an experiment.
     *
     * @param batchNormMomentum share of a step's statistics in the running ones
     * @param tensors a shard's parts
     */
    static Optimizer of(
            Experiment.Optimizer settings, double batchNormMomentum, long totalSteps, List<TensorSpec> tensors) {
        LearningRate rate = LearningRate.of(settings, totalSteps);
        UpdateRule rule = switch (settings.type()) {
            case SGD -> new Sgd(rate, settings);
            case ADAM -> new Adam(rate, settings, 0);
            case ADAM_W -> new Adam(rate, settings, settings.weightDecay());
        };
        return new TensorOptimizer(rule, batchNormMomentum, tensors);
    }
}
