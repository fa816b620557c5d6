package org.drlput.server.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.tensor.TensorSpec;

/**
 * Stochastic gradient ascent: {@code v ← μ v + g, w ← w + η v}; without momentum {@code w ← w + η g} and no state.
 *
 * <p>Source: Sutskever et al. 2013, ICML, section 2 (classical momentum, the rate outside of the velocity).
 */
final class Sgd implements UpdateRule {
    private final LearningRate learningRate;
    private final float momentum;
    private final List<Optimizer.State> velocities = new ArrayList<>();
    private final float[][] velocity;
    private float rate;

    Sgd(LearningRate learningRate, double momentum, List<TensorSpec> tensors) {
        this.learningRate = learningRate;
        this.momentum = (float) momentum;
        this.velocity = new float[tensors.size()][0];
        for (int t = 0; t < velocity.length; t++) {
            if (momentum != 0 && tensors.get(t).role() != TensorSpec.Role.STATISTIC) {
                velocity[t] = new float[tensors.get(t).size()];
                velocities.add(new Optimizer.State(tensors.get(t).name() + "/velocity", velocity[t]));
            }
        }
    }

    @Override
    public void begin(long step) {
        rate = (float) learningRate.at(step);
    }

    @Override
    public void apply(int tensor, float[] weights, int at, float[] sums, int from, int n, float inverseRows) {
        if (momentum == 0) {
            for (int i = 0; i < n; i++) {
                weights[at + i] += rate * (sums[from + i] * inverseRows);
            }
            return;
        }
        float[] v = velocity[tensor];
        for (int i = 0; i < n; i++) {
            float next = momentum * v[at + i] + sums[from + i] * inverseRows;
            v[at + i] = next;
            weights[at + i] += rate * next;
        }
    }

    @Override
    public List<Optimizer.State> state() {
        return List.copyOf(velocities);
    }
}
