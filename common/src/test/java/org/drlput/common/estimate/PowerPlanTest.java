package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PowerPlanTest {
    /** 300 logs: a share of 0.8 is known to 2.3 %. */
    private static final int LOGS = 300;

    @Test
    void ofSoManyRowsALiftIsSeenAsOftenAsAskedFor() {
        PowerPlan plan = new PowerPlan(5, 0.3, 0.2, 0.8);
        Judge judge = new Judge(
                TestBlocks.experiment("{minEffectiveSampleSize: 0, minRewardedRows: 0}")
                        .evaluation(),
                false);
        Random random = new Random(1);
        long count = plan.rows();
        int seen = 0;
        double width = 0;
        for (int log = 0; log < LOGS; log++) {
            LoggedRows rows =
                    new LoggedRows(Estimators.of(java.util.List.of(new Snips())), 2, LoggedRows.Intervals.NORMAL);
            for (long i = 0; i < count; i++) {
                boolean match = random.nextInt(5) == 0;
                // one action earns 0.36, the others 0.285: 0.3 in all
                double reward = random.nextDouble() < (match ? 0.36 : 0.285) ? 1 : 0;
                ScoredRow row = new ScoredRow(reward, match ? 5 : 0, 0, 0);
                ScoredRow.addTo(rows, row, row);
            }
            Estimate gain = java.util.Objects.requireNonNull(
                            judge.estimates(new Measured(rows, new double[2])).get("snips"))
                    .relativeGain();
            double low = java.util.Objects.requireNonNull(gain.low());
            double high = java.util.Objects.requireNonNull(gain.high());
            seen += low > 0 ? 1 : 0;
            width += (high - low) / 2 / LOGS;
        }

        assertThat((double) seen / LOGS).isBetween(0.73, 0.87);
        assertThat(width).isCloseTo(plan.halfWidth(), within(0.03 * plan.halfWidth()));
    }

    @Test
    void byHand() {
        PowerPlan plan = new PowerPlan(1, 0.5, -0.5, 0.5);

        // K = 1: (1 - 2/2) 0.25 0.75 + 0.25 0.25, by 0.25
        assertThat(plan.rows()).isEqualTo((long) Math.ceil(1.959963984540054 * 1.959963984540054 * 0.25 / 0.25));
        assertThat(PowerPlan.normalQuantile(0.8)).isCloseTo(0.8416212335729143, within(1e-8));
        assertThat(PowerPlan.normalQuantile(0.01)).isCloseTo(-2.3263478740408408, within(1e-8));
    }

    @Test
    void whatCanNotBeIsRefused() {
        assertThatThrownBy(() -> new PowerPlan(5, 0.5, 1, 0.8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("actions 5, rate 0.5, lift 1.0, power 0.8: expected ");
    }
}
