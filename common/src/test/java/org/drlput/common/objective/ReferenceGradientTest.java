package org.drlput.common.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.network.RandomModel;
import org.drlput.common.network.RandomModel.Shape;
import org.drlput.common.network.ReferencePolicy;
import org.drlput.common.network.ReferencePolicy.Pass;
import org.drlput.common.tensor.TensorSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The double-precision reference against central finite differences, to 1e-6: it is the oracle of the product's gradients, so it
 * must be right itself.
 */
class ReferenceGradientTest {
    /**
     * Batch norm over two rows bends within sqrt(ε) = 3e-3, so that the error by the fourth power is near (step / 3e-3)^4 = 1e-10;
     * the error by rounding is 1e-16 / step = 1e-11.
     */
    private static final double STEP = 1e-5;

    private static final double TOLERANCE = 1e-6;

    static List<Shape> shapes() {
        return RandomModel.shapes();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void gradientsAreTheFiniteDifferences(Shape shape) {
        Counts counts = new Counts();
        long seed = 1;
        for (ReferenceObjective objective : ReferenceObjective.ALL) {
            for (int rows : new int[] {1, 2, 3, 9}) {
                check(shape, objective, rows, seed++, counts);
            }
        }
        assertThat(counts.compared).isGreaterThan(0);
        // a step crosses a kink now and then; were it often, little would be compared
        assertThat(counts.skipped).isLessThan(counts.compared / 4);
    }

    private static final class Counts {
        int compared;
        int skipped;
    }

    private static void check(Shape shape, ReferenceObjective objective, int rows, long seed, Counts counts) {
        ReferencePolicy policy = new ReferencePolicy(shape.spec());
        EncodedBatch batch = RandomModel.batch(shape.spec(), rows, seed);
        double[][] weights = ReferencePolicy.widened(RandomModel.weights(shape.spec(), seed));
        Pass base = policy.forward(weights, batch);
        double[] held = objective.heldWeights(base, batch);
        double[][] gradients = policy.backward(weights, batch, base, objective.logitGradient(base, batch, held));
        // the difference of two values of size 1 to 10 is off by 1e-15, by 1e-10 of the step
        double scale = Math.max(1e-4, 1e-3 * greatest(gradients));
        for (int t = 0; t < gradients.length; t++) {
            TensorSpec tensor = shape.spec().tensors().get(t);
            for (int i = 0; i < gradients[t].length; i++) {
                Difference d = difference(policy, objective, batch, base, held, weights, weights[t], i);
                counts.skipped += d.crossesKink ? 1 : 0;
                counts.compared += d.crossesKink ? 0 : 1;
                if (!d.crossesKink) {
                    double found = gradients[t][i];
                    assertThat(Math.abs(found - d.slope))
                            .as(
                                    "%s, %s, %d rows, seed %d: %s[%d]: gradient %s, difference %s",
                                    shape, objective, rows, seed, tensor.name(), i, found, d.slope)
                            .isLessThanOrEqualTo(TOLERANCE * Math.max(scale, Math.abs(found)));
                }
            }
        }
    }

    private static double greatest(double[][] gradients) {
        double greatest = 0;
        for (double[] tensor : gradients) {
            for (double value : tensor) {
                greatest = Math.max(greatest, Math.abs(value));
            }
        }
        return greatest;
    }

    private record Difference(double slope, boolean crossesKink) {}

    /** Central differences over one and two steps, extrapolated: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h. */
    private static Difference difference(
            ReferencePolicy policy,
            ReferenceObjective objective,
            EncodedBatch batch,
            Pass base,
            double[] held,
            double[][] weights,
            double[] tensor,
            int at) {
        double before = tensor[at];
        boolean crosses = false;
        List<Double> values = new ArrayList<>();
        for (int steps : new int[] {-2, -1, 1, 2}) {
            tensor[at] = before + steps * STEP;
            Pass pass = policy.forward(weights, batch);
            crosses |= !pass.sameSides(base);
            values.add(objective.value(pass, batch, held));
        }
        tensor[at] = before;
        double near = values.get(2) - values.get(1);
        double far = values.get(3) - values.get(0);
        return new Difference((8 * near - far) / (12 * STEP), crosses);
    }
}
