package org.drlput.common.simulate;

import java.util.List;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;

/**
 * A small ad market whose truth is known.
 *
 * <p>A request of a user comes with a draw of candidate ads. For each a model predicts the probability of a click, of a long
 * click and of a conversion; with the advertiser's bid for a view they make the utility {@code bid + w_click pCTR + w_long_click
 * pCTR30 + w_conversion pCVR}. The ads that bid the reserve price at least are ranked by it and the first few are shown. A view
 * costs a share of the bid, at least the reserve price; clicks and conversions cost a fee.
 *
 * <p>The predictions are right on average and wrong for segments, as those of a model that shrinks towards its mean: people who
 * clicked a lot click more than predicted, active people and shoppers buy more than predicted, and what advertisers bid depends
 * on country, hour and how deep the session is. So the best hyperparameters depend, smoothly, on the request's state.
 *
 * <p>All is a function of (seed, request): see {@link CounterRandom}. Given the state, what is left unknown is drawn for each
 * request anew, so that the user's id tells no more than the user's features. Immutable, any thread.
 */
public final class Market {
    static final List<String> COUNTRIES = List.of("us", "gb", "de", "jp", "fr", "br", "in");
    private static final double[] COUNTRY_SHARE = {0.25, 0.12, 0.14, 0.12, 0.12, 0.12, 0.13};
    private static final double[] COUNTRY_BID = {1.1, 0.7, 0.5, 0.2, -0.1, -0.9, -1.4};

    static final List<String> DEVICES = List.of("phone", "desktop", "tablet");
    private static final double[] DEVICE_SHARE = {0.55, 0.3, 0.15};
    private static final double[] DEVICE_CLICK = {0.3, -0.4, 0.2};
    private static final double[] DEVICE_CONVERSION = {-0.4, 0.6, 0.1};

    static final List<String> TOPICS = List.of(
            "food", "fashion", "home", "travel", "sports", "beauty", "garden", "art", "cars", "books", "deals",
            "gifts");
    /** Who follows one of the last two is a shopper. */
    private static final int SHOPPING = 0b1100_0000_0000;

    /** A user follows one to so many topics. */
    static final int MAX_INTERESTS = 3;

    static final int USERS = 50_000;
    private static final double MISSING_DEPTH = 0.05;
    private static final double MAX_DRIFT = 2;
    /** A fifth of the users are as active, the heavy ones. */
    static final double HEAVY_ACTIVITY = 24.2;

    /** 2026-01-01T00:00:00Z. */
    static final long START_MICROS = 1_767_225_600_000_000L;

    static final long DAY_MICROS = 86_400_000_000L;
    /** A million requests in a fortnight. */
    static final long REQUESTS_PER_DAY = 71_429;

    private static final double TWO_PI = 2 * Math.PI;

    private final Experiment experiment;
    private final ActionSpace actions;
    private final long seed;
    private final MarketParameters parameters;
    /** How far tastes drift with the {@link Season}; 0: not at all. */
    private final double drift;

    private final Catalogue catalogue;
    private final long userKey;

    private Market(Experiment experiment, long seed, MarketParameters parameters, double drift) {
        this.experiment = experiment;
        this.seed = seed;
        this.parameters = parameters;
        this.drift = drift;
        actions = ActionSpace.of(experiment.actions());
        catalogue = new Catalogue(CounterRandom.bits(seed, 1), parameters);
        userKey = CounterRandom.bits(seed, 2);
    }

    /**
     * The market that an experiment can be run on.
     *
     * @throws SimulationException with all hyperparameters, features and outcomes that the market does not have
     */
    public static Market of(Experiment experiment, long seed) {
        return of(experiment, seed, MarketParameters.DEFAULT);
    }

    static Market of(Experiment experiment, long seed, MarketParameters parameters) {
        MarketCheck.check(experiment);
        return new Market(experiment, seed, parameters, 0);
    }

    /**
     * The same market, but what its users want drifts with the hour, the day of the week and from week to week: see {@link Season}.
     *
     * @param strength 0, no drift, to 2
     */
    public Market drifting(double strength) {
        if (!(strength >= 0 && strength <= MAX_DRIFT)) {
            throw new SimulationException("drift: found %s, expected 0 to %s".formatted(strength, MAX_DRIFT), null);
        }
        return new Market(experiment, seed, parameters, strength);
    }

    public Experiment experiment() {
        return experiment;
    }

    public ActionSpace actions() {
        return actions;
    }

    public long seed() {
        return seed;
    }

    MarketParameters parameters() {
        return parameters;
    }

    /** What tells this market from others of its seed. */
    String description() {
        return drift == 0 ? parameters.toString() : parameters + ", drift=" + drift;
    }

    Catalogue catalogue() {
        return catalogue;
    }

    /** The key of a stream of requests: logs, traffic and the truth's contexts never share a draw. */
    long stream(String name, long streamSeed) {
        return CounterRandom.bits(CounterRandom.bits(seed, 3) ^ name.hashCode(), streamSeed);
    }

    /** Writes the state of the index-th request of a stream to {@code out}. */
    void request(long stream, long index, Request out) {
        fill(index, CounterRandom.bits(stream, index), out);
    }

    private void fill(long index, long key, Request out) {
        out.key = key;
        time(index, out);
        out.user = (int) ((CounterRandom.bits(key, 0) >>> 32) * USERS >>> 32);
        user(out);
        session(key, out);
    }

    /**
     * As {@link #request(long, long, Request)}, of a log that has too many heavy users: a request of another user is passed over
     * with the chance that heavy ones end up {@code heavyUsers} times as frequent, relative to others, as in all traffic.
     */
    void requestOfMany(double heavyUsers, long stream, long index, Request out) {
        long first = CounterRandom.bits(stream, index);
        long key = first;
        for (int attempt = 1; ; attempt++) {
            fill(index, key, out);
            boolean heavy = out.activity >= HEAVY_ACTIVITY;
            if (heavy || CounterRandom.uniform(CounterRandom.bits(key, 6000)) * heavyUsers < 1) {
                return;
            }
            key = CounterRandom.bits(first, 7000 + attempt);
        }
    }

    /** When the index-th request of any stream comes. */
    static long eventTimeMicros(long index) {
        Request request = new Request();
        time(index, request);
        return request.eventTimeMicros;
    }

    /** Evenly spaced but for the season: two thirds as many as on average at midnight, twice as many at noon. */
    private static void time(long index, Request out) {
        long day = index / REQUESTS_PER_DAY;
        double phase = (index % REQUESTS_PER_DAY + 0.5) / REQUESTS_PER_DAY;
        double ofDay = phase + 0.5 / TWO_PI * StrictMath.sin(TWO_PI * phase);
        out.eventTimeMicros = START_MICROS + day * DAY_MICROS + (long) (ofDay * DAY_MICROS);
        out.hour = (float) (24 * ofDay);
    }

    private void user(Request out) {
        long user = CounterRandom.bits(userKey, out.user);
        out.ctrBell = CounterRandom.bell(CounterRandom.bits(user, 0));
        out.activityBell = CounterRandom.bell(CounterRandom.bits(user, 1));
        out.ctr30d = (float) (0.05 * StrictMath.exp(0.4 * out.ctrBell));
        out.activity = (float) (20 + 5 * out.activityBell);
        out.country = pick(COUNTRY_SHARE, CounterRandom.uniform(CounterRandom.bits(user, 2)));
        out.device = pick(DEVICE_SHARE, CounterRandom.uniform(CounterRandom.bits(user, 3)));
        long topics = CounterRandom.bits(user, 4);
        int mask = 0;
        for (int i = 0; i < MAX_INTERESTS; i++) {
            mask |= 1 << ((topics >>> (16 * i) & 0xffff) * TOPICS.size() >>> 16);
        }
        out.interests = mask;
    }

    private static int pick(double[] shares, double uniform) {
        int i = 0;
        double rest = uniform - shares[0];
        while (rest >= 0 && i < shares.length - 1) {
            i++;
            rest -= shares[i];
        }
        return i;
    }

    private void session(long key, Request out) {
        out.depthBell = CounterRandom.bell(CounterRandom.bits(key, 1));
        boolean missing = CounterRandom.uniform(CounterRandom.bits(key, 2)) < MISSING_DEPTH;
        out.sessionDepth = missing ? Float.NaN : (float) (8 + 2 * out.depthBell);
    }

    /** Draws what the state does not tell, and with it how the user responds. */
    void respond(long key, Request out) {
        if (Float.isNaN(out.sessionDepth)) {
            out.depthBell = CounterRandom.bell(CounterRandom.bits(key, 5));
        }
        double angle = TWO_PI / 24 * out.hour;
        double evening = -StrictMath.cos(angle - TWO_PI / 24 * 8);
        double noon = -StrictMath.cos(angle);
        double shopper = (out.interests & SHOPPING) != 0 ? 0.5 : -0.35;
        double latent = parameters.latentSpread();
        double season = drift == 0 ? 0 : drift * Season.of(out.eventTimeMicros);
        double click = out.ctrBell + DEVICE_CLICK[out.device] + 0.3 * evening + season;
        double conversion = 0.8 * out.activityBell + shopper + DEVICE_CONVERSION[out.device] + 0.3 * noon - season;
        double bid = 0.8 * COUNTRY_BID[out.country] + 0.35 * evening - 0.35 * out.depthBell;
        double reading = StrictMath.exp(
                parameters.clickHeterogeneity() * click + latent * CounterRandom.bell(CounterRandom.bits(key, 3)));
        double buying = StrictMath.exp(parameters.conversionHeterogeneity() * conversion
                + latent * CounterRandom.bell(CounterRandom.bits(key, 4)));
        double attention = 3 / (1 + reading + buying);
        out.viewResponse = attention;
        out.clickResponse = attention * reading;
        out.conversionResponse = attention * buying;
        out.bidLevel = StrictMath.exp(parameters.bidHeterogeneity() * bid);
        // the deeper the session, the longer people stay
        out.longClickResponse = 1 + 0.1 * out.depthBell;
    }
}
