package org.drlput.server;

import java.util.List;
import java.util.Objects;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.gradient.SummationTree;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.server.optimizer.Optimizer;

/** Training as one loop without servers, workers or messages: the bits that every other way must have. */
public final class Reference {
    private final List<TensorSpec> tensors;
    private final Parameters weights;
    private final Metrics totals = new Metrics();
    private final Parameters version;

    private Reference(TestRun run, long steps, long totalSteps) {
        tensors = run.tensors();
        weights = new Parameters(tensors);
        var experiment = run.experiment();
        for (int t = 0; t < tensors.size(); t++) {
            Initializer.fill(
                    tensors.get(t), 0, weights.values(t), experiment.training().seed());
        }
        Optimizer optimizer =
                Optimizer.of(experiment.optimizer(), experiment.network().batchNormMomentum(), totalSteps, tensors);
        int microBatches = experiment.training().microBatches();
        SummationTree tree = new SummationTree(tensors, 0, microBatches);
        for (long step = 0; step < steps; step++) {
            for (int v = 0; v < microBatches; v++) {
                Contribution contribution = tree.take();
                SyntheticGradient.fill(contribution, step, v, weights);
                tree.add(v, 1, contribution);
            }
            Contribution sum = Objects.requireNonNull(tree.poll()).contribution();
            optimizer.step(weights, sum, step);
            totals.follow(sum.metrics());
            tree.release(sum);
            tree.reset();
        }
        version = optimizer.copyVersion(weights, steps);
    }

    /** The weights after so many steps of a run of {@code totalSteps}. */
    public static Reference train(TestRun run, long steps, long totalSteps) {
        return new Reference(run, steps, totalSteps);
    }

    public Parameters weights() {
        return weights;
    }

    /** What a version of these steps holds. */
    public Parameters version() {
        return version;
    }

    public Metrics totals() {
        return totals;
    }
}
