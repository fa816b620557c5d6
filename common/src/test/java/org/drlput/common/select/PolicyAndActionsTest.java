package org.drlput.common.select;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.select.PolicyAndActions.Range;
import org.drlput.common.select.PolicyAndActions.Standing;
import org.junit.jupiter.api.Test;

class PolicyAndActionsTest {
    private static Experiment.Evaluation floors(int rows, int rewarded) {
        return ExperimentLoader.parse("""
                formatVersion: 1
                name: few
                features: [{name: x, type: numeric}]
                actions: {hyperparameters: [{name: w, levels: [0, 1, 2], production: 0}]}
                reward: {active: R, outcomes: {r: {column: r}}, variants: {R: {r: 1}}}
                evaluation: {minEffectiveSampleSize: %d, minRewardedRows: %d}
                """.formatted(rows, rewarded), "few.yaml").evaluation();
    }

    /** Row by row, as the definition has it: the variance of the linearized difference. */
    @Test
    void aDifferenceCountsWhatBothOweToTheSameRows() {
        int n = 400;
        SplittableRandom random = new SplittableRandom(7);
        int[] greedy = new int[n];
        int[] action = new int[n];
        double[] weight = new double[n];
        double[] reward = new double[n];
        PolicyAndActions rows = new PolicyAndActions(3);
        for (int i = 0; i < n; i++) {
            greedy[i] = random.nextInt(10) < 7 ? 1 : 2;
            action[i] = random.nextInt(3);
            double propensity = action[i] == 0 ? 0.2 : 0.4;
            weight[i] = 1 / propensity;
            reward[i] = 5 + action[i] + random.nextDouble();
            rows.add(greedy[i], action[i], propensity, 1, reward[i]);
        }

        Standing one = rows.actions(floors(10, 1)).stream()
                .filter(s -> s.action() != null && s.action() == 1)
                .findFirst()
                .orElseThrow();

        double[] policy = ratio(weight, reward, i -> greedy[i] == action[i]);
        double[] fixed = ratio(weight, reward, i -> action[i] == 1);
        double variance = 0;
        for (int i = 0; i < n; i++) {
            double p = greedy[i] == action[i] ? weight[i] * (reward[i] - policy[0]) / policy[1] : 0;
            double f = action[i] == 1 ? weight[i] * (reward[i] - fixed[0]) / fixed[1] : 0;
            variance += (p - f) * (p - f);
        }
        Range gain = requireNonNull(one.policyGains());
        assertThat(gain.value()).isCloseTo(policy[0] - fixed[0], within(1e-12));
        assertThat(gain.high() - gain.value()).isCloseTo(1.959963984540054 * Math.sqrt(variance), within(1e-9));
        assertThat(gain.high() - gain.low())
                .as("narrower than of two that have nothing in common")
                .isLessThan(width(one) + width(rows.policy(floors(10, 1))));
        assertThat(one.takenShare()).isBetween(0.6, 0.8);
    }

    private interface Matches {
        boolean row(int i);
    }

    private static double[] ratio(double[] weight, double[] reward, Matches matches) {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < weight.length; i++) {
            sum += matches.row(i) ? weight[i] * reward[i] : 0;
            weights += matches.row(i) ? weight[i] : 0;
        }
        return new double[] {sum / weights, weights};
    }

    private static double width(Standing standing) {
        Range value = standing.value();
        return value == null ? Double.NaN : value.high() - value.low();
    }

    @Test
    void whereRewardsAreTooFewNothingIsTold() {
        PolicyAndActions rows = new PolicyAndActions(3);
        for (int i = 0; i < 300; i++) {
            rows.add(i % 3, i % 3, 1 / 3.0, 1, i % 3 == 2 && i < 30 ? 1 : 0);
        }

        Standing last = rows.actions(floors(10, 20)).get(2);

        assertThat(rows.policy(floors(10, 20)).value()).isNull();
        assertThat(rows.logged(floors(10, 5)).value()).isNotNull();
        assertThat(rows.actions(floors(10, 20))).allMatch(s -> s.value() == null && s.policyGains() == null);
        assertThat(last.rewardedRows()).isEqualTo(10);
        assertThat(rows.actions(floors(10, 5)).get(0).action())
                .as("the one that can be judged first")
                .isEqualTo(2);
    }
}
