package org.drlput.server.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;

/**
 * Adam, uphill, with decoupled weight decay λ (0: plain Adam): {@code m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
 * w ← (1 - η λ) w + η m̂ / (√v̂ + ε)}, with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ), t = step + 1. Decay falls on weight matrices and
 * touched embedding rows alone.
 *
 * <p>Source: Kingma and Ba 2015, arXiv 1412.6980, algorithm 1; Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2.
 */
final class Adam implements UpdateRule {
    private final LearningRate learningRate;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final boolean[] decays;
    private final float[][] first;
    private final float[][] second;
    private final List<Optimizer.State> moments = new ArrayList<>();
    private float rate;
    private float scaledEpsilon;
    private float keep;

    Adam(LearningRate learningRate, Experiment.Optimizer settings, double weightDecay, List<TensorSpec> tensors) {
        this.learningRate = learningRate;
        this.beta1 = settings.beta1();
        this.beta2 = settings.beta2();
        this.epsilon = settings.epsilon();
        this.weightDecay = weightDecay;
        int count = tensors.size();
        decays = new boolean[count];
        first = new float[count][0];
        second = new float[count][0];
        for (int t = 0; t < count; t++) {
            TensorSpec tensor = tensors.get(t);
            decays[t] = weightDecay != 0 && (tensor.role() == Role.DENSE || tensor.role() == Role.EMBEDDING);
            if (tensor.role() != Role.STATISTIC) {
                first[t] = new float[tensor.size()];
                second[t] = new float[tensor.size()];
                moments.add(new Optimizer.State(tensor.name() + "/firstMoment", first[t]));
                moments.add(new Optimizer.State(tensor.name() + "/secondMoment", second[t]));
            }
        }
    }

    @Override
    public void begin(long step) {
        // the corrections of both moments move into rate and epsilon: one division and one root a weight remain
        double correction = Math.sqrt(1 - StrictMath.pow(beta2, (double) step + 1));
        double eta = learningRate.at(step);
        rate = (float) (eta * correction / (1 - StrictMath.pow(beta1, (double) step + 1)));
        scaledEpsilon = (float) (epsilon * correction);
        keep = (float) (1 - eta * weightDecay);
    }

    @Override
    public void apply(int tensor, float[] weights, int at, float[] sums, int from, int n, float inverseRows) {
        float kept = decays[tensor] ? keep : 1f;
        move(weights, first[tensor], second[tensor], at, sums, from, n, inverseRows, kept);
    }

    private void move(
            float[] w, float[] m, float[] v, int at, float[] sums, int from, int n, float inverseRows, float kept) {
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        float c1 = (float) (1 - beta1);
        float c2 = (float) (1 - beta2);
        float eta = rate;
        float eps = scaledEpsilon;
        for (int i = 0; i < n; i++) {
            float g = sums[from + i] * inverseRows;
            float mean = b1 * m[at + i] + c1 * g;
            float square = b2 * v[at + i] + c2 * (g * g);
            m[at + i] = mean;
            v[at + i] = square;
            w[at + i] = kept * w[at + i] + eta * mean / ((float) Math.sqrt(square) + eps);
        }
    }

    @Override
    public List<Optimizer.State> state() {
        return List.copyOf(moments);
    }
}
