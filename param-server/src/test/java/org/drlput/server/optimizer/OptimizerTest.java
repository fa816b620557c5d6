package org.drlput.server.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Averaging;
import org.drlput.common.experiment.Experiment.AveragingType;
import org.drlput.common.experiment.Experiment.OptimizerType;
import org.drlput.common.experiment.Experiment.Schedule;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every optimizer against its double-precision reference, and cut into shards. */
class OptimizerTest {
    private static final long STEPS = 60;
    private static final double MOMENTUM = 0.1;

    static List<Experiment.Optimizer> settings() {
        List<Experiment.Optimizer> settings = new ArrayList<>();
        for (Schedule schedule : Schedule.values()) {
            settings.add(settings(OptimizerType.SGD, 0, 0, schedule));
            settings.add(settings(OptimizerType.SGD, 0.9, 0, schedule));
            settings.add(settings(OptimizerType.ADAGRAD, 0, 0, schedule));
            settings.add(settings(OptimizerType.ADAM, 0, 0.5, schedule));
            settings.add(settings(OptimizerType.ADAM_W, 0, 0.5, schedule));
        }
        settings.addAll(averaged());
        return settings;
    }

    static List<Experiment.Optimizer> averaged() {
        List<Experiment.Optimizer> settings = new ArrayList<>();
        for (OptimizerType type : OptimizerType.values()) {
            settings.add(averaged(type, new Averaging(AveragingType.TAIL, 0.4)));
            settings.add(averaged(type, new Averaging(AveragingType.POLYNOMIAL, 0.25)));
        }
        settings.add(averaged(OptimizerType.SGD, new Averaging(AveragingType.TAIL, 1)));
        settings.add(averaged(OptimizerType.SGD, new Averaging(AveragingType.POLYNOMIAL, 0.5)));
        return settings;
    }

    private static Experiment.Optimizer averaged(OptimizerType type, Averaging averaging) {
        return new Experiment.Optimizer(type, 0.01, 0, 0.9, 0.99, 1e-8, 0, Schedule.CONSTANT, 0.1, 0, averaging);
    }

    private static Experiment.Optimizer settings(
            OptimizerType type, double momentum, double weightDecay, Schedule schedule) {
        return new Experiment.Optimizer(type, 0.01, momentum, 0.9, 0.99, 1e-8, weightDecay, schedule, 0.1, 0);
    }

    private static Optimizer optimizer(Experiment.Optimizer settings, List<TensorSpec> tensors) {
        return Optimizer.of(settings, MOMENTUM, STEPS, tensors);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void weightsFollowTheReference(Experiment.Optimizer settings) {
        Parameters weights = Sums.weights(1);
        ReferenceOptimizer reference = new ReferenceOptimizer(settings, MOMENTUM, STEPS, weights);
        Optimizer optimizer = optimizer(settings, Sums.TENSORS);
        for (long step = 0; step < STEPS; step++) {
            Contribution sum = Sums.sum(100 + step);
            optimizer.step(weights, sum, step);
            reference.step(sum, step);
            for (int t = 0; t < Sums.TENSORS.size(); t++) {
                for (int i = 0; i < weights.values(t).length; i++) {
                    double expected = reference.weights[t][i];
                    // each step rounds a few times: 6e-8 of a weight of size 1 to 100, over 60 steps
                    assertThat((double) weights.values(t)[i])
                            .as("step %d, %s[%d]", step, Sums.TENSORS.get(t).name(), i)
                            .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void anyCutIntoShardsGivesTheSameBits(Experiment.Optimizer settings) {
        Parameters whole = Sums.weights(1);
        Optimizer wholeOptimizer = optimizer(settings, Sums.TENSORS);
        for (int shards : new int[] {2, 3, 5, 16}) {
            ShardLayout layout = new ShardLayout(shards);
            Parameters start = Sums.weights(1);
            whole = Sums.weights(1);
            wholeOptimizer = optimizer(settings, Sums.TENSORS);
            List<Parameters> parts = new ArrayList<>();
            List<Optimizer> optimizers = new ArrayList<>();
            for (int shard = 0; shard < shards; shard++) {
                parts.add(Sums.part(start, layout, shard));
                optimizers.add(optimizer(settings, Sums.part(layout, shard)));
            }
            for (long step = 0; step < 20; step++) {
                Contribution sum = Sums.sum(step);
                wholeOptimizer.step(whole, sum, step);
                for (int shard = 0; shard < shards; shard++) {
                    optimizers.get(shard).step(parts.get(shard), Sums.part(sum, layout, shard), step);
                }
            }
            for (int shard = 0; shard < shards; shard++) {
                assertSameParts(Sums.part(whole, layout, shard), parts.get(shard));
                assertSameState(wholeOptimizer.state(), optimizers.get(shard).state(), layout, shard);
            }
        }
    }

    private static void assertSameParts(Parameters expected, Parameters found) {
        for (int t = 0; t < Sums.TENSORS.size(); t++) {
            assertThat(found.values(t)).isEqualTo(expected.values(t));
        }
    }

    private static void assertSameState(
            List<Optimizer.State> whole, List<Optimizer.State> part, ShardLayout layout, int shard) {
        assertThat(part.stream().map(Optimizer.State::name))
                .isEqualTo(whole.stream().map(Optimizer.State::name).toList());
        for (int s = 0; s < whole.size(); s++) {
            TensorSpec tensor = tensor(whole.get(s).name());
            int from = layout.firstRow(tensor, shard) * tensor.columns();
            int size = layout.rowCount(tensor, shard) * tensor.columns();
            assertThat(part.get(s).values())
                    .isEqualTo(Arrays.copyOfRange(whole.get(s).values(), from, from + size));
        }
    }

    private static TensorSpec tensor(String state) {
        String name = new Optimizer.State(state, new float[0]).tensor();
        return Sums.TENSORS.stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void rowsThatAreNotTouchedStayWithTheirState(Experiment.Optimizer settings) {
        Parameters weights = Sums.weights(1);
        Optimizer optimizer = optimizer(settings, Sums.TENSORS);
        for (long step = 0; step < STEPS; step++) {
            optimizer.step(weights, Sums.sum(step), step);
        }
        Parameters start = Sums.weights(1);
        for (int i = 30; i < 33; i++) {
            assertThat(weights.values(0)[i]).isEqualTo(start.values(0)[i]);
            for (Optimizer.State state : optimizer.state()) {
                if (state.name().startsWith("embedding.")) {
                    assertThat(state.values()[i]).isZero();
                }
            }
        }
        assertThat(weights.values(0)[0]).isNotEqualTo(start.values(0)[0]);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aSumWithoutRowsChangesNothing(Experiment.Optimizer settings) {
        Parameters weights = Sums.weights(1);
        Optimizer optimizer = optimizer(settings, Sums.TENSORS);
        optimizer.step(weights, Sums.sum(1), 0);
        Parameters before = Sums.part(weights, new ShardLayout(1), 0);
        List<float[]> state =
                optimizer.state().stream().map(s -> s.values().clone()).toList();

        Contribution empty = Sums.sum(2);
        empty.metrics().rows = 0;
        optimizer.step(weights, empty, 1);

        assertSameParts(before, weights);
        for (int i = 0; i < state.size(); i++) {
            assertThat(optimizer.state().get(i).values()).isEqualTo(state.get(i));
        }
    }

    /** In an optimizer that has made other steps, and while the first one goes on. */
    @ParameterizedTest
    @MethodSource("settings")
    void copiedStateGoesOnWithTheSameBits(Experiment.Optimizer settings) {
        Parameters weights = Sums.weights(1);
        Optimizer optimizer = optimizer(settings, Sums.TENSORS);
        for (long step = 0; step < 10; step++) {
            optimizer.step(weights, Sums.sum(step), step);
        }
        Parameters copy = Sums.part(weights, new ShardLayout(1), 0);
        OptimizerState state = optimizer.copyState();
        for (long step = 10; step < 20; step++) {
            optimizer.step(weights, Sums.sum(step), step);
        }

        Optimizer restored = optimizer(settings, Sums.TENSORS);
        restored.step(Sums.weights(2), Sums.sum(77), 0);
        restored.restore(state);
        for (long step = 10; step < 20; step++) {
            restored.step(copy, Sums.sum(step), step);
        }

        assertSameParts(weights, copy);
    }

    /** As the formula stands: weights after each update, weighed and summed. Step 20 is empty. */
    @ParameterizedTest
    @MethodSource("averaged")
    void versionsHoldTheWeighedMeanOfAllUpdates(Experiment.Optimizer settings) {
        Averaging averaging = settings.averaging();
        Optimizer optimizer = optimizer(settings, Sums.TENSORS);
        Parameters weights = Sums.weights(1);
        double[][] sums = Sums.TENSORS.stream().map(t -> new double[t.size()]).toArray(double[][]::new);
        double total = 0;
        for (long step = 0; step < STEPS; step++) {
            Contribution sum = Sums.sum(100 + step);
            sum.metrics().rows = step == 20 ? 0 : sum.metrics().rows;
            optimizer.step(weights, sum, step);
            double share = share(averaging, step + 1);
            total += share;
            for (int t = 0; t < sums.length; t++) {
                for (int i = 0; i < sums[t].length; i++) {
                    sums[t][i] += share * weights.values(t)[i];
                }
            }
            assertThat(optimizer.average(step + 1) == null).as("step %d", step).isEqualTo(total == 0);
            Parameters found = optimizer.copyVersion(weights, step + 1);
            for (int t = 0; t < sums.length && total > 0; t++) {
                for (int i = 0; i < sums[t].length; i++) {
                    // float32 gaps: 60 roundings of 6e-8 of weights of size 1 to 10
                    double expected = sums[t][i] / total;
                    assertThat((double) found.values(t)[i])
                            .as("step %d, %s[%d]", step, Sums.TENSORS.get(t).name(), i)
                            .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
                }
            }
        }
    }

    /** Of update j, counted from 1. */
    private static double share(Averaging averaging, long j) {
        if (averaging.type() == AveragingType.TAIL) {
            return j > Math.floor((1 - averaging.share()) * STEPS) ? 1 : 0;
        }
        double share = 1;
        for (int i = 0; i < Math.round(1 / averaging.share()) - 1; i++) {
            share *= j + i;
        }
        return share;
    }

    /** A row that no sum touches is its own average, to the bit. */
    @ParameterizedTest
    @MethodSource("averaged")
    void rowsThatAreNotTouchedAreTheirOwnAverage(Experiment.Optimizer settings) {
        Optimizer optimizer = optimizer(settings, Sums.TENSORS);
        Parameters weights = Sums.weights(1);
        for (long step = 0; step < STEPS; step++) {
            optimizer.step(weights, Sums.sum(step), step);
        }
        float[] average = optimizer.copyVersion(weights, STEPS).values(0);

        assertThat(Arrays.copyOfRange(average, 30, 33))
                .isEqualTo(Arrays.copyOfRange(Sums.weights(1).values(0), 30, 33));
        assertThat(average).isNotEqualTo(weights.values(0));
    }

    @Test
    void withoutAveragingVersionsHoldTheWeights() {
        Optimizer optimizer = optimizer(settings(OptimizerType.ADAM, 0, 0, Schedule.CONSTANT), Sums.TENSORS);

        assertThat(optimizer.average(STEPS)).isNull();
    }

    @Test
    void theAveragesStateIsNamedByTensorStatisticsToo() {
        assertThat(names(averaged(OptimizerType.SGD, new Averaging(AveragingType.TAIL, 0.5))))
                .containsExactly(
                        "embedding.user/averageGap",
                        "layer0.weight/averageGap",
                        "layer0.gamma/averageGap",
                        "layer0.statistics/averageGap");
    }

    @Test
    void aStateOfAnotherOptimizerIsRefused() {
        OptimizerState adams = optimizer(settings(OptimizerType.ADAM, 0, 0, Schedule.CONSTANT), Sums.TENSORS)
                .copyState();
        Optimizer sgd = optimizer(settings(OptimizerType.SGD, 0.9, 0, Schedule.CONSTANT), Sums.TENSORS);

        assertThatThrownBy(() -> sgd.restore(adams))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("optimizer state: found [embedding.user/firstMoment[")
                .hasMessageContaining("expected [embedding.user/velocity[");
    }

    @Test
    void stateIsNamedByTensor() {
        assertThat(names(settings(OptimizerType.ADAM_W, 0, 0.1, Schedule.CONSTANT)))
                .containsExactly(
                        "embedding.user/firstMoment",
                        "embedding.user/secondMoment",
                        "layer0.weight/firstMoment",
                        "layer0.weight/secondMoment",
                        "layer0.gamma/firstMoment",
                        "layer0.gamma/secondMoment");
        assertThat(names(settings(OptimizerType.SGD, 0.9, 0, Schedule.CONSTANT)))
                .containsExactly("embedding.user/velocity", "layer0.weight/velocity", "layer0.gamma/velocity");
        assertThat(names(settings(OptimizerType.SGD, 0, 0, Schedule.CONSTANT))).isEmpty();
    }

    private static List<String> names(Experiment.Optimizer settings) {
        return optimizer(settings, Sums.TENSORS).state().stream()
                .map(Optimizer.State::name)
                .toList();
    }

    /** The first step of Adam is the learning rate times the gradient's sign, whatever its size. */
    @Test
    void adamsFirstStepHasTheSizeOfTheLearningRate() {
        Parameters weights = Sums.weights(1);
        Experiment.Optimizer settings =
                new Experiment.Optimizer(OptimizerType.ADAM, 0.01, 0, 0.9, 0.999, 1e-8, 0, Schedule.CONSTANT, 0, 0);
        Contribution sum = Sums.sum(3);
        optimizer(settings, Sums.TENSORS).step(weights, sum, 0);
        float[] start = Sums.weights(1).values(1);
        for (int i = 0; i < start.length; i++) {
            double expected = 0.01 * Math.signum(sum.dense(1)[i]);
            // epsilon is a thousandth of the least gradients here
            assertThat((double) weights.values(1)[i] - start[i]).isCloseTo(expected, within(2e-5));
        }
    }

    /** A variance that float sums leave below zero is taken as zero. */
    @Test
    void theRunningVarianceIsNeverNegative() {
        Parameters weights = Sums.weights(1);
        Arrays.fill(weights.values(3), 0f);
        Contribution sum = Sums.sum(1);
        for (int i = 0; i < sum.dense(3).length; i += 2) {
            sum.dense(3)[i] = sum.metrics().rows * 3f;
            sum.dense(3)[i + 1] = sum.metrics().rows * 8.99f;
        }
        optimizer(settings().get(0), Sums.TENSORS).step(weights, sum, 0);

        for (int i = 0; i < weights.values(3).length; i += 2) {
            assertThat(weights.values(3)[i]).isEqualTo(0.3f);
            assertThat(weights.values(3)[i + 1]).isZero();
        }
    }
}
