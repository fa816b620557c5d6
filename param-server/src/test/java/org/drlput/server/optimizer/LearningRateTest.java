package org.drlput.server.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.OptimizerType;
import org.drlput.common.experiment.Experiment.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearningRateTest {
    private static final double ROUNDING = 1e-15;

    private static LearningRate rate(Schedule schedule, double warmupShare, long totalSteps) {
        Experiment.Optimizer settings =
                new Experiment.Optimizer(OptimizerType.SGD, 0.8, 0, 0.9, 0.999, 1e-8, 0, schedule, warmupShare, 0);
        return LearningRate.of(settings, totalSteps);
    }

    @Test
    void constantStays() {
        LearningRate rate = rate(Schedule.CONSTANT, 0, 10);

        assertThat(rate.at(0)).isEqualTo(0.8);
        assertThat(rate.at(9)).isEqualTo(0.8);
        assertThat(rate.at(1000)).isEqualTo(0.8);
    }

    @Test
    void linearFallsToZeroAtTheEndOfTheRun() {
        LearningRate rate = rate(Schedule.LINEAR, 0, 10);

        assertThat(rate.at(0)).isEqualTo(0.8);
        assertThat(rate.at(5)).isCloseTo(0.4, within(ROUNDING));
        assertThat(rate.at(9)).isCloseTo(0.08, within(ROUNDING));
        assertThat(rate.at(10)).isZero();
        assertThat(rate.at(11)).isZero();
    }

    @Test
    void cosineFallsInHalfACosine() {
        LearningRate rate = rate(Schedule.COSINE, 0, 12);

        assertThat(rate.at(0)).isEqualTo(0.8);
        assertThat(rate.at(3)).isCloseTo(0.4 * (1 + Math.sqrt(0.5)), within(ROUNDING));
        assertThat(rate.at(4)).isCloseTo(0.4 * 1.5, within(ROUNDING));
        assertThat(rate.at(6)).isCloseTo(0.4, within(ROUNDING));
        assertThat(rate.at(8)).isCloseTo(0.4 * 0.5, within(ROUNDING));
        assertThat(rate.at(12)).isCloseTo(0, within(ROUNDING));
        assertThat(rate.at(99)).isCloseTo(0, within(ROUNDING));
    }

    /** A tenth of 95 steps is 9.5: ten steps of warm-up, then the schedule over the 85 that are left. */
    @Test
    void warmupRisesInALineAndTheScheduleTakesTheRest() {
        LearningRate rate = rate(Schedule.LINEAR, 0.1, 95);

        assertThat(rate.at(0)).isCloseTo(0.08, within(ROUNDING));
        assertThat(rate.at(4)).isCloseTo(0.4, within(ROUNDING));
        assertThat(rate.at(9)).isCloseTo(0.8, within(ROUNDING));
        assertThat(rate.at(10)).isCloseTo(0.8, within(ROUNDING));
        assertThat(rate.at(10 + 17)).isCloseTo(0.8 * 0.8, within(ROUNDING));
        assertThat(rate.at(95)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void neverNegativeNeverAboveThePeak(Schedule schedule) {
        for (double share : new double[] {0, 0.05, 0.5, 1}) {
            for (long total : new long[] {0, 1, 2, 977, Long.MAX_VALUE}) {
                LearningRate rate = rate(schedule, share, total);
                for (long step : new long[] {0, 1, 2, 500, 976, 977, 978, 1_000_000}) {
                    assertThat(rate.at(step)).isBetween(0.0, 0.8);
                }
            }
        }
    }
}
