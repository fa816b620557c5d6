package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.drlput.common.log.Block;
import org.junit.jupiter.api.Test;

final class TestStatesTest {
    private final Market market = SimulatedLogs.market(1);
    private final TestStates states = TestStates.of(market, 0, 512);

    @Test
    void valuesOfPoliciesAreMeansOverStates() {
        int[] actions = new int[states.size()];
        double sum = 0;
        double uniform = 0;
        for (int i = 0; i < actions.length; i++) {
            actions[i] = i % 125;
            sum += states.value(i, actions[i]);
            for (int a = 0; a < 125; a++) {
                uniform += states.value(i, a) / 125;
            }
        }
        PolicyValue value = states.value(actions);
        assertThat(value.value()).isCloseTo(sum / actions.length, within(1e-12));
        assertThat(states.uniform().value()).isCloseTo(uniform / actions.length, within(1e-12));
        assertThat(states.value(Truth.always(7, actions.length))).isEqualTo(states.value(7));
        int[] other = Truth.always(7, actions.length);
        assertThat(states.difference(actions, other).value())
                .isCloseTo(value.value() - states.value(7).value(), within(1e-12));
        assertThat(states.relativeGain(actions).value())
                .isCloseTo(value.value() / states.uniform().value() - 1, within(1e-12));
    }

    @Test
    void statesOfALogHaveItsHoursAndThoseOfAFortnightAllOfThem() {
        long halfADay = Market.REQUESTS_PER_DAY / 2;
        TestStates morning = TestStates.ofLog(market, 0, 256, halfADay);
        int hour = market.experiment().features().stream()
                .filter(feature -> feature instanceof org.drlput.common.experiment.Experiment.Numeric)
                .map(feature -> feature.name())
                .toList()
                .indexOf("hour");

        assertThat(morning.block(0, 256).numeric()[hour]).doesNotContain(Float.NaN);
        assertThat(max(morning.block(0, 256).numeric()[hour])).isLessThan(12.1f);
        assertThat(max(states.block(0, 512).numeric()[hour])).isGreaterThan(23);
    }

    private static float max(float[] values) {
        float max = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }

    /** Over independent samples of states, values spread as their standard errors say. */
    @Test
    void standardErrorsAreTrue() {
        int samples = 30;
        double[][] values = new double[3][samples];
        double[] errors = new double[3];
        for (int s = 0; s < samples; s++) {
            TestStates sample = TestStates.of(market, s, 256);
            int[] greedy = Truth.always(62, 256);
            int[] other = Truth.always(31, 256);
            PolicyValue[] all = {sample.value(62), sample.difference(greedy, other), sample.relativeGain(greedy)};
            for (int v = 0; v < all.length; v++) {
                values[v][s] = all[v].value();
                errors[v] += all[v].standardError() / samples;
            }
        }
        for (int v = 0; v < values.length; v++) {
            double mean = Arrays.stream(values[v]).average().orElseThrow();
            double squares =
                    Arrays.stream(values[v]).map(x -> (x - mean) * (x - mean)).sum();
            // chi-square of 29 degrees of freedom: 13.1 to 52.3 in 99 % of cases
            assertThat(squares / (errors[v] * errors[v])).isBetween(13.1, 52.3);
        }
    }

    /** Common random numbers: the error of a difference of neighbours is far below that of either value. */
    @Test
    void differencesOfPoliciesAreKnownBetterThanTheirValues() {
        PolicyValue difference = states.difference(Truth.always(62, 512), Truth.always(67, 512));
        assertThat(difference.standardError()).isLessThan(states.value(62).standardError() / 4);
    }

    @Test
    void theBlockHasTheFeaturesOfTheStates() {
        Block whole = states.block(0, 512);
        Block part = states.block(100, 50);
        assertThat(part.rowCount()).isEqualTo(50);
        assertThat(part.rowState()).containsOnly(Block.TRAIN);
        for (int f = 0; f < whole.numeric().length; f++) {
            assertThat(part.numeric()[f]).isEqualTo(Arrays.copyOfRange(whole.numeric()[f], 100, 150));
        }
        // the states are spread over the fortnight: every hour is there
        int hour = 3;
        long hours = java.util.stream.IntStream.range(0, 512)
                .map(i -> (int) whole.numeric()[hour][i])
                .distinct()
                .count();
        assertThat(hours).isEqualTo(24);
    }

    @Test
    void theDeviationOfAPolicyIsThatOfItsLoggedRewards() {
        int[] actions = Truth.always(62, states.size());
        RewardWeights reward = RewardWeights.of(market);
        LogRows rows = MarketLog.of(market, 3).rows(0, 200_000);
        double n = 0;
        double sum = 0;
        double squares = 0;
        Auction.Outcomes outcomes = new Auction.Outcomes();
        for (int row = 0; row < rows.rowCount; row++) {
            if (rows.actionId[row] == 62) {
                outcomes.revenue = rows.revenue[row];
                outcomes.longClicks = rows.longClicks[row];
                double r = outcomes.reward(reward);
                n++;
                sum += r;
                squares += r * r;
            }
        }
        double sample = Math.sqrt(squares / n - sum / n * (sum / n));
        // 1,600 rows: the sample's deviation is known to 2 %, the states' to 1 %
        assertThat(states.deviation(actions)).isCloseTo(sample, within(0.08 * sample));
    }
}
