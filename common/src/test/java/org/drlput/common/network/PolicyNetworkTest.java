package org.drlput.common.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.RandomModel.Shape;
import org.drlput.common.tensor.Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyNetworkTest {
    static List<Shape> shapes() {
        return RandomModel.shapes();
    }

    private static float[] infer(PolicyNetwork network, Parameters weights, EncodedBatch batch) {
        float[] probabilities = new float[batch.rowCount * network.actions()];
        network.infer(weights, batch, probabilities);
        return probabilities;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void probabilitiesAreTheReferences(Shape shape) {
        ModelSpec spec = shape.spec();
        for (Kernels kernels : List.of(Kernels.named("plain"), Kernels.best())) {
            for (int rows : new int[] {1, 2, 31}) {
                EncodedBatch batch = RandomModel.batch(spec, rows, rows);
                Parameters weights = RandomModel.weights(spec, rows);
                float[] found = infer(new PolicyNetwork(spec, kernels, 31), weights, batch);
                double[][] expected = new ReferencePolicy(spec).infer(ReferencePolicy.widened(weights), batch);
                for (int r = 0; r < rows; r++) {
                    double sum = 0;
                    for (int a = 0; a < spec.actions(); a++) {
                        float probability = found[r * spec.actions() + a];
                        // logits of size 10, off by 1e-6 each
                        assertThat((double) probability).isCloseTo(expected[r][a], within(2e-5));
                        sum += probability;
                    }
                    assertThat(sum).isCloseTo(1, within(1e-6));
                }
            }
        }
    }

    /** Training normalizes by the batch; inference must not, or a request's answer would hang on its neighbours. */
    @ParameterizedTest
    @MethodSource("shapes")
    void aRowsProbabilitiesDoNotDependOnTheOtherRows(Shape shape) {
        ModelSpec spec = shape.spec();
        Parameters weights = RandomModel.weights(spec, 1);
        EncodedBatch batch = RandomModel.batch(spec, 20, 1);
        PolicyNetwork network = new PolicyNetwork(spec, Kernels.best(), 20);
        float[] together = infer(network, weights, batch);

        batch.rowCount = 3;
        float[] alone = infer(network, weights, batch);

        for (int i = 0; i < alone.length; i++) {
            // kernels may add in another order for another number of rows
            assertThat(alone[i]).isCloseTo(together[i], within(1e-5f));
        }
    }

    @Test
    void trainingInBetweenDoesNotShowInInference() {
        ModelSpec spec = RandomModel.shapes().get(0).spec();
        Parameters weights = RandomModel.weights(spec, 1);
        EncodedBatch batch = RandomModel.batch(spec, 8, 1);
        PolicyNetwork network = new PolicyNetwork(spec, Kernels.best(), 8);
        float[] before = infer(network, weights, batch);

        float[] logits = network.forward(weights, RandomModel.batch(spec, 5, 2), new Contribution(spec.tensors()));
        assertThat(Arrays.copyOf(logits, 5 * spec.actions())).doesNotContain(Float.NaN);

        assertThat(infer(network, weights, batch)).isEqualTo(before);
    }

    /** A running variance may be 0: a unit whose inputs never changed. */
    @Test
    void aUnitWithoutVarianceIsInferredFinite() {
        ModelSpec spec = RandomModel.shapes().get(0).spec();
        Parameters weights = RandomModel.weights(spec, 1);
        Arrays.fill(weights.values("layer0.statistics"), 0f);

        assertThat(infer(new PolicyNetwork(spec, Kernels.best(), 4), weights, RandomModel.batch(spec, 4, 1)))
                .doesNotContain(Float.NaN);
    }

    @Test
    void aBatchThatDoesNotFitIsRefused() {
        ModelSpec spec = RandomModel.shapes().get(0).spec();
        PolicyNetwork network = new PolicyNetwork(spec, Kernels.best(), 4);
        Parameters weights = RandomModel.weights(spec, 1);
        EncodedBatch five = RandomModel.batch(spec, 5, 1);
        EncodedBatch none = RandomModel.batch(spec, 5, 1);
        none.rowCount = 0;

        assertThatThrownBy(() -> infer(network, weights, five))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch: found 5 rows, expected 1 to 4; make the network for more rows");
        assertThatThrownBy(() -> network.forward(weights, none, new Contribution(spec.tensors())))
                .hasMessage("batch: found 0 rows, expected 1 to 4; make the network for more rows");
    }
}
