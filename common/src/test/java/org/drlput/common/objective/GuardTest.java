package org.drlput.common.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.network.RandomModel;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gradient that is not finite is found wherever it stands, and named. */
class GuardTest {
    private static final int ROWS = 12;

    private final ModelSpec spec =
            RandomModel.shape("guarded", 3, 2, 1, List.of(40, 30), true, 20).spec();
    private final Parameters weights = RandomModel.weights(spec, 1);
    private final EncodedBatch batch = RandomModel.batch(spec, ROWS, 1);
    private final Contribution out = new Contribution(spec.tensors());

    private MicroBatchTrainer trainer(double clipGradient) {
        return new MicroBatchTrainer(
                spec, new GradientSettings(new Ips(), Regularizers.ofEntropy(0.1), clipGradient), Kernels.best(), ROWS);
    }

    private String refusal(double clipGradient, double baseline) {
        MicroBatchTrainer trainer = trainer(clipGradient);
        trainer.compute(weights, batch, baseline, out);
        return String.valueOf(trainer.refusal(out));
    }

    private String refusal() {
        return refusal(0, 0);
    }

    @Test
    void aFiniteGradientIsNotRefused() {
        assertThat(refusal()).isEqualTo("null");
    }

    /** At every position of every tensor: each is set, found, named and taken back. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void oneValueThatIsNotFiniteIsNamedByTensorRowAndColumn(float bad) {
        MicroBatchTrainer trainer = trainer(0);
        trainer.compute(weights, batch, 0, out);
        for (int t = 0; t < spec.tensors().size(); t++) {
            TensorSpec tensor = spec.tensors().get(t);
            float[] values = tensor.sparse() ? out.sparse(t).values() : out.dense(t);
            int rows = tensor.sparse() ? out.sparse(t).count() : tensor.rows();
            for (int i = 0; i < rows * tensor.columns(); i++) {
                int row = i / tensor.columns();
                float before = values[i];
                values[i] = bad;
                assertThat(trainer.refusal(out))
                        .isEqualTo("gradient of %s: found %s at [%d, %d], expected a finite number"
                                .formatted(
                                        tensor.name(),
                                        bad,
                                        tensor.sparse() ? out.sparse(t).row(row) : row,
                                        i % tensor.columns()));
                values[i] = before;
            }
        }
        assertThat(trainer.refusal(out)).isNull();
    }

    @Test
    void infinitiesOfBothSignsDoNotCancel() {
        MicroBatchTrainer trainer = trainer(0);
        trainer.compute(weights, batch, 0, out);
        float[] values = out.dense(spec.tensors().size() - 1);
        values[3] = Float.POSITIVE_INFINITY;
        values[4] = Float.NEGATIVE_INFINITY;

        assertThat(trainer.refusal(out))
                .isEqualTo("gradient of output.bias: found Infinity at [3, 0], expected a finite number");
    }

    @Test
    void greatButFiniteGradientsPass() {
        MicroBatchTrainer trainer = trainer(0);
        trainer.compute(weights, batch, 0, out);
        java.util.Arrays.fill(out.dense(spec.tensors().size() - 1), Float.MAX_VALUE);
        java.util.Arrays.fill(out.dense(spec.tensors().size() - 2), -Float.MAX_VALUE);

        assertThat(trainer.refusal(out)).isNull();
    }

    @Test
    void aWeightThatIsNoNumberIsRefusedWhereverItStands() {
        SplittableRandom random = new SplittableRandom(1);
        for (TensorSpec tensor : spec.tensors()) {
            if (tensor.role() == TensorSpec.Role.STATISTIC) {
                continue;
            }
            float[] values = weights.values(tensor.name());
            // the batch touches the first rows of a table at least once
            int at = tensor.sparse() ? random.nextInt(tensor.columns()) : random.nextInt(values.length);
            float before = values[at];
            values[at] = Float.NaN;
            assertThat(refusal()).as(tensor.name()).startsWith("gradient of ").contains("found NaN at [");
            values[at] = before;
        }
        assertThat(refusal()).isEqualTo("null");
    }

    @Test
    void aRowThatIsNoNumberIsRefused() {
        batch.reward[5] = Float.NaN;
        assertThat(refusal()).contains("found NaN");
        batch.reward[5] = Float.POSITIVE_INFINITY;
        assertThat(refusal()).startsWith("gradient of embedding.category0: found ");
        batch.reward[5] = 0;
        batch.numeric[7] = Float.NaN;
        assertThat(refusal()).contains("found NaN");
        batch.numeric[7] = 0;
        batch.propensity[2] = 0;
        assertThat(refusal()).startsWith("gradient of ");
    }

    @Test
    void aBaselineThatIsNoNumberIsRefused() {
        assertThat(refusal(0, Double.NaN)).contains("found NaN");
    }

    /** Batch norm's sums of squares overflow before the gradient does: they would spoil the running variance. */
    @Test
    void overflowingBatchNormSumsAreRefused() {
        float[] first = weights.values("layer0.weight");
        for (int i = 0; i < first.length; i++) {
            first[i] *= 1e20f;
        }
        assertThat(refusal()).startsWith("gradient of ");
    }

    @Test
    void clippingDoesNotHideWhatIsNotFinite() {
        batch.reward[5] = Float.MAX_VALUE;
        batch.propensity[5] = Float.MIN_NORMAL;

        assertThat(refusal(1, 0)).startsWith("gradient of ").contains("expected a finite number");
        batch.reward[5] = Float.NaN;
        assertThat(refusal(1, 0)).contains("found NaN");
    }

    @Test
    void clippedIpsDoesNotClipAPolicyThatIsNoNumber() {
        assertThat(new ClippedIps(10).coefficient(Double.NaN, 0.5, 1)).isNaN();
        assertThat(new ClippedIps(10).coefficient(Double.POSITIVE_INFINITY, 0.5, 2))
                .isEqualTo(20);
    }
}
