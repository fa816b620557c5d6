package org.drlput.server.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.drlput.server.TestRun;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.optimizer.OptimizerState;
import org.drlput.server.shard.StateCopy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies that are filled while steps go on hold what was there when they were begun. */
class StateCopierTest {
    private static final List<TensorSpec> TENSORS = List.of(
            new TensorSpec("embedding.user", 20_000, 7, Role.EMBEDDING),
            new TensorSpec("layer0.weight", 300, 90, Role.DENSE),
            new TensorSpec("layer0.gamma", 5, 1, Role.DENSE_NO_DECAY),
            new TensorSpec("layer0.statistics", 5, 2, Role.STATISTIC),
            new TensorSpec("empty", 0, 3, Role.EMBEDDING));

    private final Parameters weights = new Parameters(TENSORS);
    private final Optimizer optimizer = Optimizer.of(
            TestRun.of("run", 100, "{type: adamW, learningRate: 0.1, averaging: {type: polynomial}}", 10)
                    .experiment()
                    .optimizer(),
            0.1,
            1_000,
            TENSORS);
    private long step;

    private void step(Random random) {
        Contribution sum = new Contribution(TENSORS);
        sum.metrics().rows = 1;
        for (int t = 1; t < 4; t++) {
            for (int i = 0; i < sum.dense(t).length; i++) {
                sum.dense(t)[i] = random.nextFloat();
            }
        }
        for (int i = 0; i < 50; i++) {
            float[] row = {random.nextFloat(), 1, 2, 3, 4, 5, 6};
            sum.sparse(0).addRow(random.nextInt(20_000), row, 0);
        }
        optimizer.step(weights, sum, step++);
    }

    private record Expected(StateCopy copy, Parameters weights, OptimizerState optimizer) {}

    private Expected expect(StateCopy begun) {
        return new Expected(begun, weights.copy(), optimizer.copyState());
    }

    private void assertFilled(StateCopier copier, Expected expected) {
        copier.await(expected.copy().weights());
        assertSame(expected.copy().weights(), expected.weights());
        for (int s = 0; s < expected.optimizer().arrays().size(); s++) {
            Optimizer.State found = expected.copy().optimizer().arrays().get(s);
            assertThat(found.name())
                    .isEqualTo(expected.optimizer().arrays().get(s).name());
            assertThat(found.values())
                    .isEqualTo(expected.optimizer().arrays().get(s).values());
        }
    }

    private static void assertSame(Parameters found, Parameters expected) {
        for (int t = 0; t < TENSORS.size(); t++) {
            assertThat(found.values(t)).as(TENSORS.get(t).name()).isEqualTo(expected.values(t));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aCopyHoldsWhatWasThereHoweverTheThreadsMeet(long seed) {
        Random random = new Random(seed);
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try {
            StateCopier copier = new StateCopier(weights, optimizer, beside);
            for (int round = 0; round < 15; round++) {
                step(random);
                StateCopy begun = copier.begin();
                // made when the other thread copies already, from arrays that nobody has changed since
                Expected first = expect(begun);
                step(random);
                Expected second = expect(copier.begin());
                Parameters version = copier.beginVersion(step);
                Parameters average = optimizer.copyVersion(weights, step);
                for (int i = random.nextInt(4); i > 0; i--) {
                    step(random);
                }
                assertFilled(copier, first);
                assertFilled(copier, second);
                copier.await(version);
                assertSame(version, average);
                copier.giveBack(first.copy());
                copier.giveBack(second.copy());
                copier.giveBack(version);
            }
        } finally {
            beside.shutdownNow();
        }
    }

    @Test
    void whatTheOtherThreadHasNotComeToIsCopiedByWhoChangesIt() {
        Random random = new Random(7);
        Deque<Runnable> later = new ArrayDeque<>();
        StateCopier copier = new StateCopier(weights, optimizer, later::add);
        step(random);
        List<Expected> copies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            copies.add(expect(copier.begin()));
            step(random);
        }
        later.forEach(Runnable::run);
        step(random);
        copies.forEach(copy -> assertFilled(copier, copy));
    }

    @Test
    void arraysAreUsedAgainOnceTheyAreGivenBack() {
        StateCopier copier = new StateCopier(weights, optimizer, Runnable::run);
        StateCopy first = copier.begin();
        StateCopy second = copier.begin();
        assertThat(second.weights()).isNotSameAs(first.weights());
        copier.giveBack(first);
        copier.giveBack(first);
        assertThat(copier.begin().weights()).isSameAs(first.weights());
        assertThat(copier.begin().weights()).isNotSameAs(first.weights()).isNotSameAs(second.weights());
    }
}
