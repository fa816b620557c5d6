package org.drlput.common.simulate;

import java.util.List;

/**
 * The auction of one request: its candidates, who is shown under an action, and what comes of it. Its arrays are used again for
 * each request; one thread.
 */
final class Auction {
    private static final double MAX_PROBABILITY = 0.95;
    /** Money is booked in millionths of its unit. */
    private static final double MICROS = 1e6;

    private final Market market;
    private final MarketParameters p;
    private final Catalogue ads;
    private final Rankings rankings;
    /** Chance that a slot is looked at. */
    private final double[] seen;

    final double[] pClick;
    final double[] pLongClick;
    final double[] pConversion;
    final double[] bid;
    /** What truly happens to a candidate that is looked at. */
    private final double[] click;

    private final double[] longClickGivenClick;
    private final double[] conversion;
    private final double[] utility;
    private double viewable;
    /** Candidates by descending utility. */
    private final int[] order;

    private final int[] shown;

    Auction(Market market) {
        this.market = market;
        p = market.parameters();
        ads = market.catalogue();
        rankings = new Rankings(market.actions());
        seen = new double[p.slots()];
        for (int k = 0; k < seen.length; k++) {
            seen[k] = 1 / (1 + 0.1 * k);
        }
        int n = p.candidates();
        pClick = new double[n];
        pLongClick = new double[n];
        pConversion = new double[n];
        bid = new double[n];
        click = new double[n];
        longClickGivenClick = new double[n];
        conversion = new double[n];
        utility = new double[n];
        order = new int[n];
        shown = new int[p.slots()];
    }

    /** Draws what the request's state does not tell: how its user responds, and the candidates. */
    void draw(Request request, long key) {
        market.respond(key, request);
        viewable = request.viewResponse;
        for (int c = 0; c < bid.length; c++) {
            long bits = CounterRandom.bits(key, 1000 + c);
            int ad = (int) (bits >>> 52);
            double match = (request.interests >>> ads.topic[ad] & 1) == 1 ? 1.4 : 0.9;
            pClick[c] = Math.min(0.9, ads.click[ad] * match * (0.7 + 0.6 * CounterRandom.uniform16(bits, 0)));
            pLongClick[c] = pClick[c] * ads.longClickShare[ad];
            pConversion[c] = Math.min(0.9, ads.conversion[ad] * (0.7 + 0.6 * CounterRandom.uniform16(bits, 1)));
            bid[c] = ads.bid[ad] * request.bidLevel * (0.7 + 0.6 * CounterRandom.uniform16(bits, 2));
            click[c] = Math.min(MAX_PROBABILITY, pClick[c] * request.clickResponse);
            longClickGivenClick[c] = Math.min(MAX_PROBABILITY, ads.longClickShare[ad] * request.longClickResponse);
            conversion[c] = Math.min(MAX_PROBABILITY, pConversion[c] * request.conversionResponse);
            order[c] = c;
        }
    }

    /** Adds the expected reward of each action, given the candidates, to {@code sum[actionId]}. */
    void addExpected(RewardWeights reward, double[] sum) {
        for (Rankings.Ranking ranking : rankings.all) {
            rank(ranking);
            for (int r = 0; r < ranking.actionIds().length; r++) {
                sum[ranking.actionIds()[r]] +=
                        expected(reward, show(ranking.reservePrices()[r]), ranking.reservePrices()[r]);
            }
        }
    }

    /** Adds the expected reward of one action, given the candidates, to {@code sum}, by each of the rewards. */
    void addExpected(List<RewardWeights> rewards, int actionId, double[] sum) {
        double reservePrice = rankings.reservePrice[actionId];
        rank(rankings.byAction[actionId]);
        int filled = show(reservePrice);
        for (int r = 0; r < sum.length; r++) {
            sum[r] += expected(rewards.get(r), filled, reservePrice);
        }
    }

    /** From the order before: neighbouring weightings rank much alike. */
    private void rank(Rankings.Ranking w) {
        for (int i = 0; i < order.length; i++) {
            int c = order[i];
            double u = bid[c] + w.click() * pClick[c] + w.longClick() * pLongClick[c] + w.conversion() * pConversion[c];
            int at = i;
            while (at > 0 && utility[at - 1] < u) {
                utility[at] = utility[at - 1];
                order[at] = order[at - 1];
                at--;
            }
            utility[at] = u;
            order[at] = c;
        }
    }

    private int show(double reservePrice) {
        int filled = 0;
        for (int i = 0; i < order.length && filled < shown.length; i++) {
            if (bid[order[i]] >= reservePrice) {
                shown[filled++] = order[i];
            }
        }
        return filled;
    }

    private double price(int candidate, double reservePrice) {
        return viewable * Math.max(reservePrice, p.priceShare() * bid[candidate]);
    }

    private double expected(RewardWeights reward, int filled, double reservePrice) {
        double total = 0;
        for (int k = 0; k < filled; k++) {
            int c = shown[k];
            total += seen[k]
                    * (reward.revenue()
                                    * (price(c, reservePrice)
                                            + p.clickFee() * click[c]
                                            + p.conversionFee() * conversion[c])
                            + click[c] * (reward.click() + reward.longClick() * longClickGivenClick[c])
                            + reward.conversion() * conversion[c]);
        }
        return total;
    }

    /** Draws what comes of an action; candidates are as drawn last. */
    void play(int actionId, long key, Outcomes out) {
        Rankings.Ranking ranking = rankings.byAction[actionId];
        double reservePrice = rankings.reservePrice[actionId];
        rank(ranking);
        respond(shown, show(reservePrice), reservePrice, key, out);
    }

    /** Draws what comes of showing the first {@code filled} of these candidates, in the order of the slots. */
    void respond(int[] candidates, int filled, double reservePrice, long key, Outcomes out) {
        out.clear();
        for (int k = 0; k < filled; k++) {
            int c = candidates[k];
            long bits = CounterRandom.bits(key, 2000 + k);
            if (CounterRandom.uniform16(bits, 0) >= seen[k]) {
                continue;
            }
            out.revenue += price(c, reservePrice);
            if (CounterRandom.uniform16(bits, 1) < click[c]) {
                out.clicks++;
                out.revenue += p.clickFee();
                if (CounterRandom.uniform16(bits, 2) < longClickGivenClick[c]) {
                    out.longClicks++;
                }
            }
            if (CounterRandom.uniform16(bits, 3) < conversion[c]) {
                out.conversions++;
                out.revenue += p.conversionFee();
            }
        }
        out.revenue = Math.rint(out.revenue * MICROS) / MICROS;
        if (out.conversions > 0) {
            double u = CounterRandom.uniform(CounterRandom.bits(key, 3000));
            out.delayMillis = (long) (-p.delayMeanMillis() * StrictMath.log(1 - u));
        }
    }

    /** As if conversions, and the money that they bring, had not been seen. */
    void forgetConversions(Outcomes outcomes) {
        outcomes.revenue = Math.rint((outcomes.revenue - p.conversionFee() * outcomes.conversions) * MICROS) / MICROS;
        outcomes.conversions = 0;
        outcomes.delayMillis = -1;
    }

    /** What was observed of one request; {@code delayMillis} -1: no conversion. */
    static final class Outcomes {
        int clicks;
        int longClicks;
        int conversions;
        double revenue;
        long delayMillis;

        private void clear() {
            clicks = 0;
            longClicks = 0;
            conversions = 0;
            revenue = 0;
            delayMillis = -1;
        }

        double reward(RewardWeights w) {
            return w.revenue() * revenue
                    + w.click() * clicks
                    + w.longClick() * longClicks
                    + w.conversionSeenAfter(delayMillis) * conversions;
        }
    }
}
