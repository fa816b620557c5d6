package org.drlput.server.optimizer;

import java.util.List;
import org.drlput.common.experiment.Experiment;

/**
 * Stochastic gradient ascent: {@code v ← μ v + g, w ← w + η v}; without momentum {@code w ← w + η g} and no state.
 *
 * <p>Source: Sutskever et al. 2013, ICML, section 2 (classical momentum, the rate outside of the velocity).
 */
final class Sgd implements UpdateRule {
    private final LearningRate learningRate;
    private final float momentum;
    private float rate;

    Sgd(LearningRate learningRate, Experiment.Optimizer settings) {
        this.learningRate = learningRate;
        this.momentum = (float) settings.momentum();
    }

    @Override
    public List<String> stateNames() {
        return momentum == 0 ? List.of() : List.of("velocity");
    }

    @Override
    public void begin(long step, long update) {
        rate = (float) learningRate.at(step);
    }

    @Override
    public void apply(float[] weights, float[][] state, float[] sums, int n, float inverseRows, boolean decay) {
        if (momentum == 0) {
            for (int i = 0; i < n; i++) {
                weights[i] += rate * (sums[i] * inverseRows);
            }
        } else {
            accelerate(weights, state[0], sums, n, inverseRows);
        }
    }

    private void accelerate(float[] w, float[] velocity, float[] sums, int n, float inverseRows) {
        for (int i = 0; i < n; i++) {
            float next = momentum * velocity[i] + sums[i] * inverseRows;
            velocity[i] = next;
            w[i] += rate * next;
        }
    }
}
