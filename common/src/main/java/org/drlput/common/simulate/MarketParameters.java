package org.drlput.common.simulate;

/**
 * What makes the market as hard as it is. Money is in one unit; medians are of the ads of the catalogue, spreads are deviations
 * of logarithms.
 *
 * @param clickFee paid by the advertiser for a click
 * @param conversionFee paid by the advertiser for a conversion
 * @param priceShare a view costs this share of the bid, at least the reserve price
 * @param clickHeterogeneity how far the users' true click rates lie from the predictions
 * @param latentSpread deviation of the part of a response that no feature tells
 */
record MarketParameters(
        int candidates,
        int slots,
        double clickMedian,
        double conversionMedian,
        double bidMedian,
        double adSpread,
        double bidSpread,
        double clickFee,
        double conversionFee,
        double priceShare,
        double clickHeterogeneity,
        double conversionHeterogeneity,
        double bidHeterogeneity,
        double latentSpread,
        double delayMeanMillis) {
    static final MarketParameters DEFAULT = new MarketParameters(
            24, 6, 0.1, 0.06, 0.35, 0.9, 0.6, 0.8, 1.0, 0.35, 1.05, 1.05, 0.5, 0.2, 1.5 * 86_400_000.0);
}
