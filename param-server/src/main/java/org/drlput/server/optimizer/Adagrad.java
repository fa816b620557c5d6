package org.drlput.server.optimizer;

import java.util.List;
import org.drlput.common.experiment.Experiment;

/**
 * Adagrad, uphill: {@code s ← s + g², w ← w + η g / (√s + ε)}. Rows of a table that are seldom touched keep a large rate.
 *
 * <p>Source: Duchi et al. 2011, JMLR 12, figure 1, with a diagonal matrix.
 */
final class Adagrad implements UpdateRule {
    private final LearningRate learningRate;
    private final float epsilon;
    private float rate;

    Adagrad(LearningRate learningRate, Experiment.Optimizer settings) {
        this.learningRate = learningRate;
        this.epsilon = (float) settings.epsilon();
    }

    @Override
    public List<String> stateNames() {
        return List.of("squareSum");
    }

    @Override
    public void begin(long step, long update) {
        rate = (float) learningRate.at(step);
    }

    @Override
    public void apply(float[] weights, float[][] state, float[] sums, int n, float inverseRows, boolean decay) {
        move(weights, state[0], sums, n, inverseRows, rate, epsilon);
    }

    private static void move(float[] w, float[] s, float[] sums, int n, float inverseRows, float eta, float eps) {
        for (int i = 0; i < n; i++) {
            float g = sums[i] * inverseRows;
            float square = s[i] + g * g;
            s[i] = square;
            // where no gradient ever was, ε alone may be 0 in float32: nothing moves there
            w[i] += square == 0f ? 0f : eta * g / ((float) Math.sqrt(square) + eps);
        }
    }
}
