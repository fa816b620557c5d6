package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.simulate.LiveMarket.Candidate;
import org.drlput.common.simulate.LiveMarket.Response;
import org.drlput.common.simulate.LiveMarket.Visit;
import org.junit.jupiter.api.Test;

class LiveMarketTest {
    private final Market market = Market.of(ExperimentLoader.parse(LogSimulator.defaultExperiment(), "demo.yaml"), 7);

    /** As an ad server ranks. */
    static int[] ranked(List<Candidate> candidates, double[] w) {
        return IntStream.range(0, candidates.size())
                .filter(i -> candidates.get(i).bid() >= w[3])
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -utility(candidates.get(i), w)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double utility(Candidate c, double[] w) {
        return c.bid() + w[0] * c.pClick() + w[1] * c.pLongClick() + w[2] * c.pConversion();
    }

    @Test
    void whoRanksByTheUtilityGetsWhatTheLogOfThatActionHas() {
        LiveMarket live = LiveMarket.of(market, 3);
        Auction auction = new Auction(market);
        Auction.Outcomes logged = new Auction.Outcomes();
        Request request = new Request();
        long stream = market.stream("live", 3);
        int clicks = 0;
        for (int i = 0; i < 2_000; i++) {
            int action = i % market.actions().size();
            double[] w = market.actions().values(action);
            Visit visit = live.visit(i);
            Response response = live.show(ranked(visit.candidates(), w), w[3]);

            market.request(stream, i, request);
            auction.draw(request, request.key);
            auction.play(action, request.key, logged);
            assertThat(response.revenue()).isEqualTo(logged.revenue);
            assertThat(response.clicks()).isEqualTo(logged.clicks);
            assertThat(response.delayMillis()).isEqualTo(logged.delayMillis);
            assertThat(visit.requestId()).isEqualTo("%016x".formatted(request.key));
            clicks += response.clicks();
        }
        assertThat(clicks).isPositive();
    }

    @Test
    void visitsHaveTheFeaturesOfTheExperimentAndAreTheSameAgain() {
        Visit visit = LiveMarket.of(market, 3).visit(5);

        assertThat(visit).isEqualTo(LiveMarket.of(market, 3).visit(5));
        assertThat(visit.requestId())
                .isNotEqualTo(LiveMarket.of(market, 4).visit(5).requestId());
        assertThat(visit.features())
                .containsKeys("ctr_30d", "activity", "hour", "country", "device", "user", "interests")
                .containsEntry("user", visit.userId());
        assertThat(visit.candidates()).hasSize(24);
    }

    @Test
    void aCandidateThatIsNotThereIsRefused() {
        LiveMarket live = LiveMarket.of(market, 3);
        live.visit(0);

        assertThatThrownBy(() -> live.show(new int[] {3, 24}, 0)).hasMessage("candidate 24: expected 0 to 23");
    }
}
