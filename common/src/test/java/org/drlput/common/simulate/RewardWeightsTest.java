package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Iterator;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.reward.RewardComposite;
import org.junit.jupiter.api.Test;

final class RewardWeightsTest {
    private static final long DAY = 86_400_000;

    @Test
    void aConversionCountsByTheChanceThatItIsSeenInTime() {
        Reward reward = new Reward(
                "R",
                Map.of(
                        "soon", new Outcome("conversion", "conversion_delay_ms", DAY),
                        "ever", new Outcome("conversion", null, 0),
                        "paid", new Outcome("revenue", null, 0)),
                Map.of("R", Map.of("soon", 2.0, "ever", 0.5, "paid", 1.0)));

        RewardWeights weights = RewardWeights.of(reward, "R", MarketParameters.DEFAULT);

        assertThat(weights.revenue()).isEqualTo(1);
        assertThat(weights.click()).isZero();
        assertThat(weights.longClick()).isZero();
        // the mean delay is a day and a half
        assertThat(weights.conversion()).isCloseTo(0.5 + 2 * (1 - Math.exp(-1 / 1.5)), within(1e-8));
        assertThat(weights.conversionSeenAfter(DAY)).isEqualTo(2.5);
        assertThat(weights.conversionSeenAfter(DAY + 1)).isEqualTo(0.5);
        assertThat(weights.conversionSeenAfter(-1)).isZero();
    }

    /** The truth and the training read the same reward from the same row. */
    @Test
    void theRewardOfARowIsTheExperiments() {
        String yaml = SimulatedLogs.yaml()
                .replace("R0: {revenue: 1, long_click: 0.5}", "R0: {revenue: 1, long_click: 0.5, conversion: 3}")
                .replace("windowMillis: 604800000", "windowMillis: 86400000");
        Experiment experiment = ExperimentLoader.parse(yaml, "test.yaml");
        Market market = Market.of(experiment, 1);
        LogRows rows = MarketLog.of(market, 0).rows(0, 2000);
        Iterator<Block> blocks = MarketLog.of(market, 0).blocks(2000).iterator();
        double[] rewards = new double[2000];
        RewardComposite.of(experiment.reward()).compute(blocks.next(), rewards);

        RewardWeights weights = RewardWeights.of(market);
        for (int row = 0; row < rewards.length; row++) {
            Auction.Outcomes outcomes = new Auction.Outcomes();
            outcomes.revenue = rows.revenue[row];
            outcomes.clicks = rows.clicks[row];
            outcomes.longClicks = rows.longClicks[row];
            outcomes.conversions = rows.conversions[row];
            outcomes.delayMillis = rows.delayMillis[row];
            assertThat(outcomes.reward(weights)).isCloseTo(rewards[row], within(1e-12));
        }
    }
}
