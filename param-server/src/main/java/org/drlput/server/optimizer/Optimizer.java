package org.drlput.server.optimizer;

import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.AveragingType;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;

/**
 * Applies gradient sums to a shard's part of the weights, uphill: a contribution is the gradient of what is maximized. Elementwise
 * and a function of (weights, state, sum, step): a weight's bits do not depend on which shard holds it. Embedding rows that a sum
 * does not touch stay as they are, state included. Not thread-safe.
 */
public interface Optimizer {
    /** A named array of the optimizer's state. The name is {@code <tensor>/<what>}, the shape the tensor's. */
    record State(String name, float[] values) {
        public String tensor() {
            return name.substring(0, name.lastIndexOf('/'));
        }
    }

    /**
     * Applies a sum of contributions to a step; one without valid rows changes nothing.
     *
     * @param sum over all micro-batches of the step, or asynchronously over some; divided by its valid rows here
     * @param step counted from 0: it says how large the learning rate is
     * @param update how many sums were applied before this one, empty ones too: it says how much the moments hold
     */
    void step(Parameters weights, Contribution sum, long step, long update);

    /** Applies a whole step, as all before it were. */
    default void step(Parameters weights, Contribution sum, long step) {
        step(weights, sum, step, step);
    }

    /** From now on this one is told of all rows that a step is about to change. */
    void tell(BeforeChange listener);

    /** The live arrays, in a fixed order; empty: this optimizer needs none. */
    List<State> state();

    /**
     * What a version holds in place of the weights; null: the weights themselves.
     *
     * @param updates how many sums were applied to the weights, empty ones too
     */
    @Nullable
    Average average(long updates);

    /** A copy of what a version holds after so many updates. */
    default Parameters copyVersion(Parameters weights, long updates) {
        Average average = average(updates);
        return average == null ? weights.copy() : average.of(weights);
    }

    /** A copy of all that a capture must hold beside the weights; the caller owns it. */
    default OptimizerState copyState() {
        return new OptimizerState(state().stream()
                .map(array -> new State(array.name(), array.values().clone()))
                .toList());
    }

    /**
     * Goes on from a copied state with the same bits; the values are copied.
     *
     * @throws IllegalArgumentException where the state is of another optimizer or other tensors
     */
    default void restore(OptimizerState from) {
        from.copyInto(state());
    }

    /** As below, of a run that applies one sum a step. */
    static Optimizer of(
            Experiment.Optimizer settings, double batchNormMomentum, long totalSteps, List<TensorSpec> tensors) {
        return of(settings, batchNormMomentum, totalSteps, totalSteps, tensors);
    }

    /**
     * The optimizer of an experiment.
     *
     * @param batchNormMomentum share of a step's statistics in the running ones
     * @param totalUpdates sums that the run applies
     * @param tensors a shard's parts
     */
    static Optimizer of(
            Experiment.Optimizer settings,
            double batchNormMomentum,
            long totalSteps,
            long totalUpdates,
            List<TensorSpec> tensors) {
        LearningRate rate = LearningRate.of(settings, totalSteps);
        UpdateRule rule = switch (settings.type()) {
            case SGD -> new Sgd(rate, settings);
            case ADAGRAD -> new Adagrad(rate, settings);
            case ADAM -> new Adam(rate, settings, 0);
            case ADAM_W -> new Adam(rate, settings, settings.weightDecay());
        };
        Experiment.Averaging averaging = settings.averaging();
        WeightAverage average =
                averaging.type() == AveragingType.NONE ? null : new WeightAverage(averaging, totalUpdates);
        return new TensorOptimizer(rule, average, batchNormMomentum, tensors);
    }
}
