package org.drlput.server.optimizer;

import java.util.List;
import org.drlput.common.experiment.Experiment;

/**
 * Adam, uphill, with decoupled weight decay λ (0: plain Adam): {@code m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
 * w ← (1 - η λ) w + η m̂ / (√v̂ + ε)}, with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ), t the number of the update (in step: step + 1), also for the rows of a table, however
 * often they were touched.
 *
 * <p>Source: Kingma and Ba 2015, arXiv 1412.6980, algorithm 1; Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2.
 */
final class Adam implements UpdateRule {
    private final LearningRate learningRate;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private float rate;
    private float scaledEpsilon;
    private float keep;

    Adam(LearningRate learningRate, Experiment.Optimizer settings, double weightDecay) {
        this.learningRate = learningRate;
        this.beta1 = settings.beta1();
        this.beta2 = settings.beta2();
        this.epsilon = settings.epsilon();
        this.weightDecay = weightDecay;
    }

    @Override
    public List<String> stateNames() {
        return List.of("firstMoment", "secondMoment");
    }

    @Override
    public void begin(long step, long update) {
        // the corrections of both moments move into rate and epsilon: one division and one root a weight remain
        double correction = Math.sqrt(1 - StrictMath.pow(beta2, (double) update + 1));
        double eta = learningRate.at(step);
        rate = (float) (eta * correction / (1 - StrictMath.pow(beta1, (double) update + 1)));
        scaledEpsilon = (float) (epsilon * correction);
        keep = (float) (1 - eta * weightDecay);
    }

    @Override
    public void apply(float[] weights, float[][] state, float[] sums, int n, float inverseRows, boolean decay) {
        move(weights, state[0], state[1], sums, n, inverseRows, decay ? keep : 1f);
    }

    private void move(float[] w, float[] m, float[] v, float[] sums, int n, float inverseRows, float kept) {
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        float c1 = (float) (1 - beta1);
        float c2 = (float) (1 - beta2);
        float eta = rate;
        float eps = scaledEpsilon;
        for (int i = 0; i < n; i++) {
            float g = sums[i] * inverseRows;
            float mean = b1 * m[i] + c1 * g;
            float square = b2 * v[i] + c2 * (g * g);
            m[i] = mean;
            v[i] = square;
            w[i] = kept * w[i] + eta * mean / ((float) Math.sqrt(square) + eps);
        }
    }
}
