package org.drlput.common.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.junit.jupiter.api.Test;

class FixedActionsTest {
    private static final Experiment EXPERIMENT = experiment("{minEffectiveSampleSize: 2, minRewardedRows: 1}");

    private static Experiment experiment(String evaluation) {
        return ExperimentLoader.parse("""
                formatVersion: 1
                name: three
                features: [{name: x, type: numeric}]
                actions: {hyperparameters: [{name: a, levels: [0, 1, 2], production: 0}]}
                reward: {active: R0, outcomes: {sale: {column: sale}}, variants: {R0: {sale: 1}}}
                evaluation: %s
                """.formatted(evaluation), "three.yaml");
    }

    private static Block block(int[] actions, double[] propensities, double[] rewards, byte... state) {
        int n = actions.length;
        return new Block(
                n,
                state.length == 0 ? new byte[n] : state,
                new float[1][n],
                new int[0][],
                new int[0][],
                new int[0][],
                actions,
                propensities,
                new double[][] {rewards},
                new long[][] {new long[0]});
    }

    @Test
    void anActionIsWorthTheWeightedMeanOfItsRowsWithTheIntervalOfTheDeltaMethod() {
        FixedActions fixed = new FixedActions(EXPERIMENT);
        fixed.add(block(new int[] {1, 1, 1, 2}, new double[] {0.5, 0.25, 0.25, 0.5}, new double[] {1, 3, 4, 9}));

        Candidate one = fixed.candidates(EXPERIMENT.evaluation()).get(0);

        double value = (2 * 1 + 4 * 3 + 4 * 4) / 10.0;
        double squares = 4 * Math.pow(1 - value, 2) + 16 * Math.pow(3 - value, 2) + 16 * Math.pow(4 - value, 2);
        double error = 1.959963984540054 * Math.sqrt(squares * 3 / 2) / 10;
        assertThat(one.action()).isEqualTo(1);
        assertThat(one.matchedRows()).isEqualTo(3);
        assertThat(one.value()).isCloseTo(value, within(1e-12));
        assertThat(one.low()).isCloseTo(value - error, within(1e-12));
        assertThat(one.high()).isCloseTo(value + error, within(1e-12));
    }

    @Test
    void anActionThatWasHardlyLoggedIsNotJudged() {
        FixedActions fixed = new FixedActions(EXPERIMENT);
        fixed.add(block(new int[] {0, 2, 2}, new double[] {0.5, 0.5, 0.5}, new double[] {100, 1, 1}));

        assertThat(fixed.candidates(EXPERIMENT.evaluation()))
                .extracting(Candidate::action)
                .containsExactly(2);
        assertThat(fixed.candidates(experiment("{minEffectiveSampleSize: 3}").evaluation()))
                .isEmpty();
    }

    @Test
    void rejectedRowsDoNotCount() {
        FixedActions fixed = new FixedActions(EXPERIMENT);
        fixed.add(block(
                new int[] {0, 0, 0},
                new double[] {0.5, 0.5, Double.NaN},
                new double[] {1, 1, Double.NaN},
                Block.TRAIN,
                Block.HELD_OUT,
                Block.REJECTED));

        assertThat(fixed.best(EXPERIMENT.evaluation()).orElseThrow().matchedRows())
                .isEqualTo(2);
    }

    @Test
    void theBestIsTheOneWithTheGreatestLowerBoundNotTheLuckiestMean() {
        FixedActions fixed = new FixedActions(EXPERIMENT);
        Random random = new Random(1);
        int n = 10_003;
        int[] actions = new int[n];
        double[] propensities = new double[n];
        double[] rewards = new double[n];
        for (int i = 0; i < n; i++) {
            actions[i] = i < 3 ? 2 : i % 2;
            propensities[i] = 1 / 3.0;
            rewards[i] = 1_000_000 + (actions[i] == 1 ? 0.5 : 0) + random.nextGaussian();
        }
        rewards[0] = 1_000_004;
        rewards[1] = 1_000_001;
        rewards[2] = 1_000_001;
        fixed.add(block(actions, propensities, rewards));

        Candidate best = fixed.best(EXPERIMENT.evaluation()).orElseThrow();

        assertThat(best.action()).isEqualTo(1);
        // 1 / sqrt(5000) around the mean, whatever its size
        assertThat(best.high() - best.low()).isCloseTo(2 * 1.96 / Math.sqrt(5000), within(0.002));
    }
}
