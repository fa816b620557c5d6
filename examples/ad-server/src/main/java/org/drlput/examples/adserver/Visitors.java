package org.drlput.examples.adserver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.drlput.common.simulate.LiveMarket;
import org.drlput.common.simulate.LiveMarket.Response;
import org.drlput.common.simulate.LiveMarket.Visit;
import org.drlput.common.simulate.Market;
import org.drlput.examples.adserver.Messages.Ask;
import org.drlput.examples.adserver.Messages.Candidate;
import org.drlput.examples.adserver.Messages.Outcome;
import org.drlput.examples.adserver.Messages.Ranked;

/** Simulated people who visit a site: each visit's ads come from the ad server, and what the visitor does is told to it. */
final class Visitors {
    private static final int THREADS = 4;
    private static final int OUTCOMES_TOGETHER = 64;

    private final Market market;
    private final long stream;
    private final long visitsPerDay;

    /** @param visitsPerDay at most those of the market's day, of which they are spread over all hours */
    Visitors(Market market, long stream, long visitsPerDay) {
        this.market = market;
        this.stream = stream;
        this.visitsPerDay = visitsPerDay;
    }

    /** Lives through a day; the days of two calls with the same number are the same people with the same wishes. */
    Day day(int day, Site site) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Day>> parts = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int first = t;
                parts.add(threads.submit(() -> part(day, first, site)));
            }
            Day all = new Day();
            for (Future<Day> part : parts) {
                all.add(part.get());
            }
            return all;
        } catch (ExecutionException e) {
            throw new IOException("a visit failed: " + e.getCause(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Every so many-th visit of a day. */
    private Day part(int day, int first, Site site) throws IOException {
        LiveMarket live = LiveMarket.of(market, stream);
        Day part = new Day();
        List<Outcome> outcomes = new ArrayList<>();
        for (long visit = first; visit < visitsPerDay; visit += THREADS) {
            long index = (long) day * LiveMarket.visitsPerDay() + visit * LiveMarket.visitsPerDay() / visitsPerDay;
            outcomes.add(visit(live.visit(index), live, part, site));
            if (outcomes.size() == OUTCOMES_TOGETHER) {
                site.outcomes(outcomes);
                outcomes.clear();
            }
        }
        if (!outcomes.isEmpty()) {
            site.outcomes(outcomes);
        }
        return part;
    }

    private static Outcome visit(Visit visit, LiveMarket live, Day part, Site site) throws IOException {
        List<Candidate> candidates = visit.candidates().stream()
                .map(ad -> new Candidate(ad.bid(), ad.pClick(), ad.pLongClick(), ad.pConversion()))
                .toList();
        Ranked ranked =
                site.rank(new Ask(visit.requestId(), visit.eventTime().toString(), visit.features(), candidates));
        Response response =
                live.show(ranked.ads().stream().mapToInt(Integer::intValue).toArray(), ranked.reservePrice());
        part.add(ranked, response);
        return new Outcome(
                visit.requestId(),
                Map.of(
                        "revenue", response.revenue(),
                        "click", (double) response.clicks(),
                        "long_click", (double) response.longClicks()));
    }
}
