package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuctionTest {
    private static final int PLAYS = 40_000;

    private final Market market = SimulatedLogs.market(1);
    private final MarketParameters p = market.parameters();
    private final RewardWeights reward = RewardWeights.of(market);
    private final Auction auction = new Auction(market);

    private Request draw(long index) {
        Request request = new Request();
        market.request(market.stream("test", 0), index, request);
        auction.draw(request, request.key);
        return request;
    }

    private double[] expected() {
        double[] expected = new double[market.actions().size()];
        auction.addExpected(reward, expected);
        return expected;
    }

    /** The auction as its description reads, ad by ad. */
    private double plain(Request request, int action) {
        double[] w = market.actions().values(action);
        double reserve = w[3];
        List<Integer> shown = IntStream.range(0, p.candidates())
                .boxed()
                .filter(c -> auction.bid[c] >= reserve)
                .sorted(Comparator.comparingDouble(c -> -(auction.bid[c]
                        + w[0] * auction.pClick[c]
                        + w[1] * auction.pLongClick[c]
                        + w[2] * auction.pConversion[c])))
                .limit(p.slots())
                .toList();
        double total = 0;
        for (int slot = 0; slot < shown.size(); slot++) {
            int c = shown.get(slot);
            double click = Math.min(0.95, auction.pClick[c] * request.clickResponse);
            double share = auction.pLongClick[c] / auction.pClick[c];
            double longClick = click * Math.min(0.95, share * request.longClickResponse);
            double conversion = Math.min(0.95, auction.pConversion[c] * request.conversionResponse);
            double revenue = request.viewResponse * Math.max(reserve, p.priceShare() * auction.bid[c])
                    + p.clickFee() * click
                    + p.conversionFee() * conversion;
            total += (revenue + 0.5 * longClick) / (1 + 0.1 * slot);
        }
        return total;
    }

    @Test
    void theExpectedRewardOfEveryActionIsThatOfThePlainAuction() {
        for (int index = 0; index < 50; index++) {
            Request request = draw(index);
            double[] expected = expected();
            for (int a = 0; a < expected.length; a++) {
                // sums of six in another order
                assertThat(expected[a]).isCloseTo(plain(request, a), within(1e-12));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 62, 93, 124})
    void whatIsDrawnHasTheExpectedReward(int action) {
        Auction.Outcomes outcomes = new Auction.Outcomes();
        for (int index = 0; index < 5; index++) {
            draw(index);
            double expected = expected()[action];
            double sum = 0;
            double squares = 0;
            for (int n = 0; n < PLAYS; n++) {
                auction.play(action, CounterRandom.bits(99, n), outcomes);
                double r = outcomes.reward(reward);
                sum += r;
                squares += r * r;
            }
            double mean = sum / PLAYS;
            double standardError = Math.sqrt((squares / PLAYS - mean * mean) / PLAYS);
            assertThat(mean).isCloseTo(expected, within(4 * standardError));
        }
    }

    @Test
    void anActionIsWorthTheSameWhateverWasPlayedBefore() {
        draw(7);
        double[] first = expected();
        auction.play(3, 1, new Auction.Outcomes());
        assertThat(expected()).isEqualTo(first);
    }

    @Test
    void outcomesFitEachOther() {
        Auction.Outcomes outcomes = new Auction.Outcomes();
        for (int index = 0; index < 2000; index++) {
            Request request = draw(index);
            auction.play(index % 125, request.key, outcomes);
            assertThat(outcomes.clicks).isBetween(0, p.slots());
            assertThat(outcomes.longClicks).isBetween(0, outcomes.clicks);
            assertThat(outcomes.conversions).isBetween(0, p.slots());
            assertThat(outcomes.delayMillis >= 0).isEqualTo(outcomes.conversions > 0);
            double fees = p.clickFee() * outcomes.clicks + p.conversionFee() * outcomes.conversions;
            assertThat(outcomes.revenue).isGreaterThanOrEqualTo(fees - 1e-6);
            // booked in millionths
            assertThat(outcomes.revenue * 1e6).isCloseTo(Math.rint(outcomes.revenue * 1e6), within(1e-6));
        }
    }

    /** Exponential: quantiles, and the share that the default window of seven days sees. */
    @Test
    void conversionsComeAfterAnExponentialDelay() {
        Auction.Outcomes outcomes = new Auction.Outcomes();
        double mean = p.delayMeanMillis();
        int converted = 0;
        int[] below = new int[3];
        double[] quantiles = {0.25, 0.5, 1 - Math.exp(-7 * 86_400_000.0 / mean)};
        double sum = 0;
        for (int index = 0; index < 40_000; index++) {
            Request request = draw(index);
            auction.play(124, request.key, outcomes);
            if (outcomes.conversions > 0) {
                converted++;
                sum += outcomes.delayMillis;
                for (int q = 0; q < below.length; q++) {
                    below[q] += outcomes.delayMillis < -mean * Math.log(1 - quantiles[q]) ? 1 : 0;
                }
            }
        }
        double root = Math.sqrt(converted);
        assertThat(sum / converted).isCloseTo(mean, within(4 * mean / root));
        for (int q = 0; q < below.length; q++) {
            double deviation = Math.sqrt(quantiles[q] * (1 - quantiles[q])) / root;
            assertThat((double) below[q] / converted).isCloseTo(quantiles[q], within(4 * deviation));
        }
    }
}
