package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LogKindTest {
    private static final int ROWS = 50_000;

    private final Market market = SimulatedLogs.market(1);

    private LogRows rows(LogKind kind) {
        return MarketLog.of(market, 0, kind, ROWS).rows(0, ROWS);
    }

    private static LogKind of(Behaviour behaviour) {
        return new LogKind(behaviour, 1, false);
    }

    @Test
    void aPlainLogIsTheLogThatWasAlwaysWritten() {
        LogRows plain = MarketLog.of(market, 0).rows(0, 1000);
        LogRows kind = MarketLog.of(market, 0, LogKind.PLAIN, 1000).rows(0, 1000);

        assertThat(kind.requestKey).isEqualTo(plain.requestKey);
        assertThat(kind.actionId).isEqualTo(plain.actionId);
        assertThat(kind.revenue).isEqualTo(plain.revenue);
    }

    @Test
    void gaussianActionsLieAroundTheManualSettingAndTheirPropensitiesAreRight() {
        LogRows rows = rows(of(new Behaviour.Gaussian(1)));
        int k = market.actions().size();
        double[] counts = new double[k];
        double[] propensity = Behaviour.probabilities(new Behaviour.Gaussian(1), market, rows)[0];
        for (int row = 0; row < ROWS; row++) {
            counts[rows.actionId[row]]++;
            assertThat(rows.propensity[row]).isEqualTo(propensity[rows.actionId[row]]);
        }
        int manual = market.actions().manualAction();
        double chiSquare = 0;
        for (int a = 0; a < k; a++) {
            assertThat(propensity[a]).as("every action has a chance").isPositive();
            double expected = ROWS * propensity[a];
            // rare ones together would be more than a chi-square can say
            chiSquare += expected < 5 ? 1 : (counts[a] - expected) * (counts[a] - expected) / expected;
        }
        assertThat(Arrays.stream(counts).max()).hasValue(counts[manual]);
        assertThat(Arrays.stream(propensity).sum()).isCloseTo(1, within(1e-12));
        // 124 degrees of freedom: deviation 15.7; five of them
        assertThat(chiSquare).isCloseTo(k - 1, within(79.0));
    }

    @Test
    void heavyUsersAreAsMuchMoreFrequentAsAsked() {
        double plain = heavy(rows(LogKind.PLAIN));
        double three = heavy(rows(new LogKind(new Behaviour.Uniform(), 3, false)));

        assertThat(plain).isCloseTo(0.21, within(0.01));
        assertThat(three / (1 - three) / (plain / (1 - plain))).isCloseTo(3, within(0.15));
    }

    private static double heavy(LogRows rows) {
        int heavy = 0;
        for (int row = 0; row < ROWS; row++) {
            heavy += rows.activity[row] >= Market.HEAVY_ACTIVITY ? 1 : 0;
        }
        return (double) heavy / ROWS;
    }

    @Test
    void aCutLogLacksTheConversionsThatComeLaterAndTheirMoneyAndNothingElse() {
        LogRows plain = rows(LogKind.PLAIN);
        LogRows cut = rows(new LogKind(new Behaviour.Uniform(), 1, true));
        long last = plain.eventTimeMicros[ROWS - 1];
        int missing = 0;
        int seen = 0;
        for (int row = 0; row < ROWS; row++) {
            assertThat(cut.clicks[row]).isEqualTo(plain.clicks[row]);
            boolean late = plain.delayMillis[row] > (last - plain.eventTimeMicros[row]) / 1000;
            if (late) {
                missing++;
                assertThat(cut.conversions[row]).isZero();
                assertThat(cut.delayMillis[row]).isEqualTo(-1);
                assertThat(cut.revenue[row]).isCloseTo(plain.revenue[row] - plain.conversions[row], within(1e-6));
            } else {
                seen += plain.conversions[row] > 0 ? 1 : 0;
                assertThat(cut.conversions[row]).isEqualTo(plain.conversions[row]);
                assertThat(cut.revenue[row]).isEqualTo(plain.revenue[row]);
            }
        }
        // 0.7 days of requests, a mean delay of 1.5 days
        assertThat((double) missing / (missing + seen)).isBetween(0.7, 0.9);
    }

    @Test
    void theValueOfGaussianExplorationIsBetweenThatOfChanceAndOfTheManualSetting() {
        TestStates states = TestStates.of(market, 0, 1024);
        double uniform = states.value(new Behaviour.Uniform()).value();
        double gaussian = states.value(new Behaviour.Gaussian(1)).value();

        assertThat(uniform).isCloseTo(states.uniform().value(), within(1e-9));
        assertThat(gaussian)
                .isBetween(
                        uniform, states.value(market.actions().manualAction()).value());
        assertThat(states.value(new Behaviour.Gaussian(0.1)).value())
                .isCloseTo(states.value(market.actions().manualAction()).value(), within(1e-6));
    }

    @Test
    void singleOutcomesAddUpToTheReward() {
        TestStates states = TestStates.of(market, 0, 512);
        int[] actions = new int[states.size()];
        for (int i = 0; i < actions.length; i++) {
            actions[i] = i % market.actions().size();
        }
        var reward = market.experiment().reward();

        PolicyValue value = states.values(java.util.List.of(reward), actions).get(0);

        assertThat(value.value()).isCloseTo(states.value(actions).value(), within(1e-5));
        assertThat(states.differences(java.util.List.of(reward), actions, actions)
                        .get(0))
                .isEqualTo(new PolicyValue(0, 0));
    }

    @Test
    void whatCanNotBeIsRefused() {
        assertThatThrownBy(() -> new LogKind(new Behaviour.Uniform(), 0.5, false))
                .hasMessage("heavyUsers: found 0.5, expected 1 to 100");
        assertThatThrownBy(() -> new Behaviour.Gaussian(0)).hasMessage("deviation: found 0.0, expected more than 0");
    }
}
