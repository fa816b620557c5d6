package org.drlput.common.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.log.Block;
import org.junit.jupiter.api.Test;

class RewardCompositeTest {
    private static final double NOT_LOGGED = Double.NaN;
    private static final long WINDOW = 1000;

    private static Reward reward(String active) {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        outcomes.put("revenue", new Outcome("revenue", null, 0));
        outcomes.put("long_click", new Outcome("long_click", null, 0));
        outcomes.put("conversion", new Outcome("conversion", "delay", WINDOW));
        return new Reward(
                active,
                outcomes,
                Map.of(
                        "R0", Map.of("revenue", 1.0, "long_click", 0.5),
                        "R1", Map.of("revenue", 1.0),
                        "R2", Map.of("conversion", 2.0, "revenue", -1.0)));
    }

    private static Block block(byte[] states, double[] revenue, double[] longClick, double[] conversion, long[] delay) {
        int rows = states.length;
        return new Block(
                rows,
                states,
                new float[0][],
                new int[0][],
                new int[0][],
                new int[0][],
                new int[rows],
                new double[rows],
                new double[][] {revenue, longClick, conversion},
                new long[][] {{}, {}, delay});
    }

    private static double[] compute(RewardComposite composite, Block block) {
        double[] out = new double[block.rowCount()];
        java.util.Arrays.fill(out, 99);
        composite.compute(block, out);
        return out;
    }

    @Test
    void aRewardIsTheSumOfCoefficientsTimesOutcomes() {
        Block block = block(new byte[2], new double[] {3, 0}, new double[] {1, 1}, new double[2], new long[2]);

        assertThat(compute(RewardComposite.of(reward("R0")), block)).containsExactly(3.5, 0.5);
        assertThat(compute(RewardComposite.of(reward("R1")), block)).containsExactly(3, 0);
    }

    @Test
    void aDelayedOutcomeCountsWithinItsWindowOnly() {
        long[] delay = {0, WINDOW - 1, WINDOW, WINDOW + 1, -1, Long.MAX_VALUE, Long.MIN_VALUE};
        double[] ones = {1, 1, 1, 1, 1, 1, 1};
        Block block = block(new byte[7], new double[7], new double[7], ones, delay);

        assertThat(compute(RewardComposite.of(reward("R2")), block)).containsExactly(2, 2, 2, 0, 0, 0, 0);
    }

    @Test
    void anOutcomeThatWasNotSeenCountsZeroEvenIfItIsNotANumber() {
        Block block = block(
                new byte[2], new double[] {5, 5}, new double[2], new double[] {NOT_LOGGED, 1}, new long[] {-1, 10});

        assertThat(compute(RewardComposite.of(reward("R2")), block)).containsExactly(-5, -3);
    }

    @Test
    void anOutcomeThatTheVariantDoesNotNameIsNotTouched() {
        Block block = block(
                new byte[1], new double[] {5}, new double[] {NOT_LOGGED}, new double[] {NOT_LOGGED}, new long[] {1});

        assertThat(compute(RewardComposite.of(reward("R1")), block)).containsExactly(5);
    }

    @Test
    void aRejectedRowsRewardIsZeroWhateverWasLogged() {
        Block block = block(
                new byte[] {Block.TRAIN, Block.REJECTED, Block.HELD_OUT},
                new double[] {1, NOT_LOGGED, 3},
                new double[3],
                new double[3],
                new long[3]);

        assertThat(compute(RewardComposite.of(reward("R1")), block)).containsExactly(1, 0, 3);
    }

    @Test
    void rowsBeyondTheBlockKeepWhatTheyHad() {
        Block block = block(new byte[1], new double[] {5}, new double[1], new double[1], new long[1]);
        double[] out = {7, 7};

        RewardComposite.of(reward("R1")).compute(block, out);

        assertThat(out).containsExactly(5, 7);
    }

    @Test
    void anyVariantCanBeComputedFromTheSameBlock() {
        Block block = block(new byte[1], new double[] {5}, new double[] {1}, new double[1], new long[1]);

        assertThat(compute(RewardComposite.of(reward("R0"), "R1"), block)).containsExactly(5);
        assertThatThrownBy(() -> RewardComposite.of(reward("R0"), "R9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("reward variant 'R9': expected one of ")
                .hasMessageContainingAll("R0", "R1", "R2");
    }
}
