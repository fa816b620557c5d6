package org.drlput.common.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.network.RandomModel;
import org.drlput.common.network.RandomModel.Shape;
import org.drlput.common.network.ReferencePolicy;
import org.drlput.common.network.ReferencePolicy.Pass;
import org.drlput.common.objective.ReferenceObjective.Kind;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The product's gradients, sums and metrics against the double-precision reference, which finite differences have checked. */
class MicroBatchTrainerTest {
    private static final List<ReferenceObjective> OBJECTIVES = ReferenceObjective.ALL;

    private static final List<Kernels> KERNELS = List.of(Kernels.named("plain"), Kernels.best());

    /**
     * Of a tensor's greatest gradient. A value passes some ten products of up to a hundred terms, each sum off by 1e-7 times the
     * root of its terms; batch norm over few rows takes differences of near values and loses another digit.
     */
    private static final double TOLERANCE = 1e-4;

    /** As {@link #TOLERANCE}: batch norm over two rows divides by a deviation of down to sqrt(1e-5), in each of its layers. */
    private static final double FEW_ROWS_TOLERANCE = 1e-2;

    /** Below, a gradient is what up to 64 terms of size 1 leave when they cancel. */
    private static final double LEAST_SCALE = 0.1;

    /** Nearer to the kink than this, float and double may be on two sides. */
    private static final double KINK = 1e-4;

    static Stream<Shape> shapes() {
        return Stream.concat(
                RandomModel.shapes().stream(),
                Stream.of(
                        RandomModel.shape("wider, batch norm", 20, 4, 3, List.of(70, 33), true, 50),
                        RandomModel.shape("wider", 20, 4, 3, List.of(70, 33), false, 50)));
    }

    /** A batch and weights, with the reference's pass, that no unit comes near the kink in. */
    private record Case(ModelSpec spec, EncodedBatch batch, Parameters weights, ReferencePolicy policy, Pass pass) {
        static Case of(ModelSpec spec, int rows, long firstSeed) {
            for (long seed = firstSeed; ; seed += 1000) {
                ReferencePolicy policy = new ReferencePolicy(spec);
                EncodedBatch batch = RandomModel.batch(spec, rows, seed);
                Parameters weights = RandomModel.weights(spec, seed);
                Pass pass = policy.forward(ReferencePolicy.widened(weights), batch);
                if (pass.distanceToKink() > KINK) {
                    return new Case(spec, batch, weights, policy, pass);
                }
            }
        }

        Contribution compute(ReferenceObjective objective, double clipGradient, Kernels kernels) {
            GradientSettings settings =
                    new GradientSettings(objective.product(), objective.regularizers(), clipGradient);
            MicroBatchTrainer trainer = new MicroBatchTrainer(spec, settings, kernels, batch.rowCount + 3);
            Contribution out = new Contribution(spec.tensors());
            trainer.compute(weights, batch, objective.baseline(), out);
            assertThat(trainer.refusal(out)).isNull();
            return out;
        }

        double[][] reference(ReferenceObjective objective) {
            double[] held = objective.heldWeights(pass, batch);
            return policy.backward(
                    ReferencePolicy.widened(weights), batch, pass, objective.logitGradient(pass, batch, held));
        }
    }

    /** The contribution's gradients as the reference has them: tables whole, statistics zero. */
    private static double[][] gradients(Contribution contribution) {
        List<TensorSpec> tensors = contribution.tensors();
        double[][] wide = new double[tensors.size()][];
        for (int t = 0; t < wide.length; t++) {
            wide[t] = new double[tensors.get(t).size()];
            if (tensors.get(t).sparse()) {
                SparseRows rows = contribution.sparse(t);
                for (int i = 0; i < rows.count() * rows.columns(); i++) {
                    wide[t][rows.row(i / rows.columns()) * rows.columns() + i % rows.columns()] = rows.values()[i];
                }
            } else if (tensors.get(t).role() != Role.STATISTIC) {
                for (int i = 0; i < wide[t].length; i++) {
                    wide[t][i] = contribution.dense(t)[i];
                }
            }
        }
        return wide;
    }

    private static double greatest(double[]... gradients) {
        return Arrays.stream(gradients)
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .max()
                .orElse(0);
    }

    /** {@code share} of the greatest gradient of all bounds the error of tensors whose own gradients cancel. */
    private static void checkGradients(
            String description, double[][] found, double[][] expected, double tolerance, double share) {
        double least = Math.max(LEAST_SCALE, share * greatest(expected));
        for (int t = 0; t < expected.length; t++) {
            double bound = tolerance * Math.max(greatest(expected[t]), least);
            for (int i = 0; i < expected[t].length; i++) {
                assertThat(Math.abs(found[t][i] - expected[t][i]))
                        .as("%s: tensor %d [%d]: %s, reference %s", description, t, i, found[t][i], expected[t][i])
                        .isLessThanOrEqualTo(bound);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void gradientsAgreeWithTheReference(Shape shape) {
        long seed = 1;
        for (Kernels kernels : KERNELS) {
            for (ReferenceObjective objective : OBJECTIVES) {
                for (int rows : new int[] {1, 2, 3, 20, 64}) {
                    Case c = Case.of(shape.spec(), rows, seed);
                    Contribution out = c.compute(objective, 0, kernels);
                    String description =
                            "%s, %s, %d rows, seed %d, %s".formatted(shape, objective, rows, seed++, kernels.name());
                    if (rows < 20 && shape.spec().batchNorm()) {
                        // batch norm over few rows leaves next to nothing of the gradients below it
                        checkGradients(description, gradients(out), c.reference(objective), FEW_ROWS_TOLERANCE, 1);
                    } else {
                        checkGradients(description, gradients(out), c.reference(objective), TOLERANCE, 0.01);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void batchNormSumsAreTheReferences(Shape shape) {
        Case c = Case.of(shape.spec(), 33, 5);
        Contribution out = c.compute(OBJECTIVES.get(0), 0, Kernels.best());
        for (int layer = 0; layer < shape.spec().hidden().size(); layer++) {
            int tensor = c.policy.tensor("layer" + layer + ".statistics");
            assertThat(tensor >= 0).isEqualTo(shape.spec().batchNorm());
            double[][] expected = c.pass.batchNormSums().get(layer);
            for (int j = 0; tensor >= 0 && j < expected.length; j++) {
                float[] found = out.dense(tensor);
                // a sum of 33 values of size 1 to 10, each off by some 1e-7 of its terms
                double scale = Math.max(1, expected[j][1]);
                assertThat((double) found[2 * j]).isCloseTo(expected[j][0], within(1e-5 * scale));
                assertThat((double) found[2 * j + 1]).isCloseTo(expected[j][1], within(1e-5 * scale));
            }
        }
    }

    @Test
    void onlyTouchedRowsOfATableArePresent() {
        ModelSpec spec = shape("all kinds of features, batch norm");
        Case c = Case.of(spec, 2, 9);
        Contribution out = c.compute(OBJECTIVES.get(0), 0, Kernels.best());
        for (int f = 0; f < c.batch.categorical.length; f++) {
            assertThat(out.sparse(f).count()).isEqualTo((int)
                    Arrays.stream(c.batch.categorical[f]).limit(2).distinct().count());
        }
        for (int f = 0; f < c.batch.bags.length; f++) {
            long distinct = Arrays.stream(c.batch.bags[f])
                    .limit(c.batch.bagOffsets[f][2])
                    .distinct()
                    .count();
            assertThat(out.sparse(c.batch.categorical.length + f).count()).isEqualTo((int) distinct);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.2})
    void metricsAreTheReferences(double clipWeight) {
        Regularizers entropy = Regularizers.ofEntropy(0.1);
        ReferenceObjective objective = clipWeight > 0
                ? new ReferenceObjective(Kind.CLIPPED_IPS, clipWeight, 0.25, entropy)
                : new ReferenceObjective(Kind.IPS, 0, 0.25, entropy);
        Case c = Case.of(shape("wider, batch norm"), 60, 3);
        Metrics found = c.compute(objective, 0, Kernels.best()).metrics();
        Metrics expected = new Metrics();
        expected.rows = 60;
        for (int r = 0; r < 60; r++) {
            double[] logProbs = ReferencePolicy.logProbs(c.pass.logits[r]);
            int action = c.batch.actionId[r];
            double weight = Math.exp(logProbs[action]) / c.batch.propensity[r];
            double reward = c.batch.reward[r];
            boolean greedy = Arrays.stream(logProbs).max().getAsDouble() == logProbs[action];
            expected.rewardSum += reward;
            expected.rewardSquareSum += reward * reward;
            expected.weightSum += weight;
            expected.weightSquareSum += weight * weight;
            expected.weightedRewardSum += weight * reward;
            expected.entropySum += ReferenceObjective.entropy(logProbs);
            expected.greedyMatches += greedy ? 1 : 0;
            expected.greedyWeightSum += greedy ? 1 / (double) c.batch.propensity[r] : 0;
            expected.greedyWeightedRewardSum += greedy ? reward / c.batch.propensity[r] : 0;
            expected.clippedRows += clipWeight > 0 && weight > clipWeight ? 1 : 0;
        }
        // float logits of size 10 are off by 1e-5, and so is a probability
        assertThat(found)
                .usingRecursiveComparison()
                .withComparatorForType(near(1e-4), Double.class)
                .isEqualTo(expected);
        assertThat(found.greedyMatches).isPositive();
        assertThat(found.clippedRows > 0).isEqualTo(clipWeight > 0);
    }

    private static Comparator<Double> near(double relative) {
        return (x, y) -> Math.abs(x - y) <= relative * Math.max(1, Math.abs(y)) ? 0 : Double.compare(x, y);
    }

    private static ModelSpec shape(String name) {
        return shapes().filter(shape -> shape.name().equals(name))
                .findFirst()
                .orElseThrow()
                .spec();
    }

    @Test
    void clippedGradientsAreScaledToTheNormOfTheirMean() {
        Case c = Case.of(shape("all kinds of features, batch norm"), 20, 4);
        ReferenceObjective objective = OBJECTIVES.get(1);
        double[][] whole = c.reference(objective);
        double norm = norm(whole) / 20;

        double[][] clipped = gradients(c.compute(objective, norm / 3, Kernels.best()));

        for (double[] tensor : whole) {
            for (int i = 0; i < tensor.length; i++) {
                tensor[i] /= 3;
            }
        }
        checkGradients("clipped to a third", clipped, whole, TOLERANCE, 0.01);
        assertThat(norm(clipped) / 20).isCloseTo(norm / 3, within(1e-6 * norm));
    }

    @Test
    void aNormWithinTheBoundIsLeftToTheBit() {
        Case c = Case.of(shape("all kinds of features, batch norm"), 20, 4);
        ReferenceObjective objective = OBJECTIVES.get(1);
        double norm = norm(c.reference(objective)) / 20;

        Contribution clipped = c.compute(objective, norm * 1.01, Kernels.best());

        assertSameBits(clipped, c.compute(objective, 0, Kernels.best()));
    }

    /** Batch norm's sums are no gradient: they neither count in the norm nor are they scaled. */
    @Test
    void clippingLeavesBatchNormSums() {
        Case c = Case.of(shape("all kinds of features, batch norm"), 20, 4);
        int statistics = c.policy.tensor("layer0.statistics");

        Contribution clipped = c.compute(OBJECTIVES.get(1), 1e-6, Kernels.best());

        assertThat(clipped.dense(statistics))
                .isEqualTo(c.compute(OBJECTIVES.get(1), 0, Kernels.best()).dense(statistics));
    }

    private static double norm(double[][] gradients) {
        return Math.sqrt(Arrays.stream(gradients)
                .flatMapToDouble(Arrays::stream)
                .map(x -> x * x)
                .sum());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void theSameBitsAgainWhateverWasComputedBefore(Shape shape) {
        GradientSettings settings = new GradientSettings(new Ips(), Regularizers.ofEntropy(0.1), 0.5);
        MicroBatchTrainer used = new MicroBatchTrainer(shape.spec(), settings, Kernels.best(), 64);
        Contribution again = new Contribution(shape.spec().tensors());
        Parameters weights = RandomModel.weights(shape.spec(), 1);
        for (int rows : new int[] {64, 1, 17}) {
            EncodedBatch batch = RandomModel.batch(shape.spec(), rows, rows);
            Contribution fresh = new Contribution(shape.spec().tensors());
            new MicroBatchTrainer(shape.spec(), settings, Kernels.best(), rows).compute(weights, batch, 0.5, fresh);
            used.compute(weights, batch, 0.5, again);
            assertSameBits(again, fresh);
        }
    }

    private static void assertSameBits(Contribution found, Contribution expected) {
        assertThat(found.metrics()).usingRecursiveComparison().isEqualTo(expected.metrics());
        for (int t = 0; t < found.tensors().size(); t++) {
            assertThat(found.dense(t)).isEqualTo(expected.dense(t));
            SparseRows rows = found.sparse(t);
            assertThat(rows.count()).isEqualTo(expected.sparse(t).count());
            for (int slot = 0; slot < rows.count(); slot++) {
                assertThat(rows.row(slot)).isEqualTo(expected.sparse(t).row(slot));
            }
            int size = rows.count() * rows.columns();
            assertThat(Arrays.copyOf(rows.values(), size))
                    .isEqualTo(Arrays.copyOf(expected.sparse(t).values(), size));
        }
    }

    @Test
    void aBatchWithoutRowsLeavesAnEmptyContribution() {
        ModelSpec spec = shape("all kinds of features, batch norm");
        Case c = Case.of(spec, 5, 1);
        Contribution out = c.compute(OBJECTIVES.get(0), 0, Kernels.best());
        MicroBatchTrainer trainer =
                new MicroBatchTrainer(spec, new GradientSettings(new Ips(), Regularizers.NONE, 0), Kernels.best(), 5);
        c.batch.rowCount = 0;

        trainer.compute(c.weights, c.batch, 0, out);

        assertThat(out.empty()).isTrue();
        assertThat(out.metrics()).usingRecursiveComparison().isEqualTo(new Metrics());
        assertThat(out.sparse(0).count()).isZero();
        assertThat(trainer.refusal(out)).isNull();
    }

    @Test
    void moreRowsThanTheTrainerWasMadeForAreRefused() {
        ModelSpec spec = shape("numbers alone");
        Case c = Case.of(spec, 5, 1);
        MicroBatchTrainer trainer =
                new MicroBatchTrainer(spec, new GradientSettings(new Ips(), Regularizers.NONE, 0), Kernels.best(), 4);

        assertThatThrownBy(() -> trainer.compute(c.weights, c.batch, 0, new Contribution(spec.tensors())))
                .hasMessage("batch: found 5 rows, expected 1 to 4; make the network for more rows");
    }
}
