package org.drlput.common.simulate;

/** The market's ads: what a prediction model says of each on average. Immutable after construction. */
final class Catalogue {
    /** A power of two: an ad is picked by 12 random bits. */
    static final int ADS = 4096;

    final double[] click = new double[ADS];
    /** P(long click | click). */
    final double[] longClickShare = new double[ADS];

    final double[] conversion = new double[ADS];
    final double[] bid = new double[ADS];
    final int[] topic = new int[ADS];

    Catalogue(long seed, MarketParameters p) {
        for (int ad = 0; ad < ADS; ad++) {
            long key = CounterRandom.bits(seed, ad);
            double c = CounterRandom.bell(CounterRandom.bits(key, 0));
            double v = CounterRandom.bell(CounterRandom.bits(key, 1));
            double b = CounterRandom.bell(CounterRandom.bits(key, 2));
            click[ad] = p.clickMedian() * StrictMath.exp(p.adSpread() * c);
            conversion[ad] = p.conversionMedian() * StrictMath.exp(p.adSpread() * v);
            bid[ad] = p.bidMedian() * StrictMath.exp(p.bidSpread() * b);
            longClickShare[ad] = 0.2 + 0.4 * CounterRandom.uniform(CounterRandom.bits(key, 3));
            topic[ad] = (int) ((CounterRandom.bits(key, 4) >>> 32) * Market.TOPICS.size() >>> 32);
        }
    }
}
