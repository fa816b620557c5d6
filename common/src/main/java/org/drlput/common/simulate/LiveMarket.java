package org.drlput.common.simulate;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Numeric;

/**
 * A market in operation, for an ad server: users who come one after the other, each with candidate ads, and what comes of those
 * that are shown to them. The same visits for the same (market, stream seed). One thread.
 */
public final class LiveMarket {
    private static final long MICROS = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Market market;
    private final long stream;
    private final Request request = new Request();
    private final Auction auction;
    private final Auction.Outcomes outcomes = new Auction.Outcomes();
    private final RewardWeights reward;

    private LiveMarket(Market market, long stream) {
        this.market = market;
        this.stream = stream;
        auction = new Auction(market);
        reward = RewardWeights.of(market);
    }

    /** One stream of visits out of many that are independent, of each other and of all logs. */
    public static LiveMarket of(Market market, long streamSeed) {
        return new LiveMarket(market, market.stream("live", streamSeed));
    }

    /** Visits of a day of the market. */
    public static long visitsPerDay() {
        return Market.REQUESTS_PER_DAY;
    }

    /** An ad that may be shown: what its advertiser bids for a view, and what a model predicts. */
    public record Candidate(double bid, double pClick, double pLongClick, double pConversion) {}

    /**
     * A user who comes.
     *
     * @param features by name, those that the experiment names; a missing one is not there
     */
    public record Visit(
            String requestId,
            Instant eventTime,
            String userId,
            Map<String, Object> features,
            List<Candidate> candidates) {}

    /** What came of a visit; {@code delayMillis} to the first conversion, -1: none. {@code reward}: the experiment's. */
    public record Response(
            int shown, int clicks, int longClicks, int conversions, double revenue, long delayMillis, double reward) {}

    /** The visit of that number, from 0 on: the one that {@link #show} speaks of until the next. */
    public Visit visit(long index) {
        market.request(stream, index, request);
        auction.draw(request, request.key);
        LogRows row = new LogRows(1);
        int at = row.add(request);
        byte[] id = new byte[LogRows.REQUEST_ID_BYTES];
        row.requestId(at, id, 0);
        List<Candidate> candidates = new ArrayList<>();
        for (int c = 0; c < auction.bid.length; c++) {
            candidates.add(
                    new Candidate(auction.bid[c], auction.pClick[c], auction.pLongClick[c], auction.pConversion[c]));
        }
        return new Visit(
                new String(id, StandardCharsets.US_ASCII),
                Instant.ofEpochSecond(
                        request.eventTimeMicros / MICROS, request.eventTimeMicros % MICROS * NANOS_PER_MICRO),
                word(row, MarketCheck.USER),
                features(market.experiment(), row),
                candidates);
    }

    private static Map<String, Object> features(Experiment experiment, LogRows row) {
        Map<String, Object> features = new HashMap<>();
        for (Feature feature : experiment.features()) {
            if (feature instanceof Numeric) {
                float value = row.number(feature.name())[0];
                if (!Float.isNaN(value)) {
                    features.put(feature.name(), value);
                }
            } else if (feature instanceof Categorical) {
                features.put(feature.name(), word(row, feature.name()));
            } else {
                List<String> topics = new ArrayList<>();
                for (int mask = row.interests[0]; mask != 0; mask &= mask - 1) {
                    topics.add(Market.TOPICS.get(Integer.numberOfTrailingZeros(mask)));
                }
                features.put(feature.name(), topics);
            }
        }
        return features;
    }

    private static String word(LogRows row, String column) {
        return new String(LogRows.words(column)[row.category(column)[0]], StandardCharsets.UTF_8);
    }

    /**
     * Shows ads to the user of the last visit.
     *
     * @param candidates positions in the visit's list, the first in the first slot; more than there are slots are not shown
     * @param reservePrice that a view costs at least
     */
    public Response show(int[] candidates, double reservePrice) {
        int shown = Math.min(candidates.length, market.parameters().slots());
        for (int k = 0; k < shown; k++) {
            if (candidates[k] < 0 || candidates[k] >= auction.bid.length) {
                throw new IllegalArgumentException(
                        "candidate %d: expected 0 to %d".formatted(candidates[k], auction.bid.length - 1));
            }
        }
        auction.respond(candidates, shown, reservePrice, request.key, outcomes);
        return new Response(
                shown,
                outcomes.clicks,
                outcomes.longClicks,
                outcomes.conversions,
                outcomes.revenue,
                outcomes.delayMillis,
                outcomes.reward(reward));
    }
}
