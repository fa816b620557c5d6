package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class MarketTest {
    private static final int REQUESTS = 100_000;

    private final Market market = SimulatedLogs.market(1);
    private final LogRows rows = MarketLog.of(market, 0).features(0, REQUESTS);

    private static double share(int[] column, int value) {
        int count = 0;
        for (int x : column) {
            count += x == value ? 1 : 0;
        }
        return (double) count / column.length;
    }

    @Test
    void featuresAreDistributedAsDescribed() {
        double logCtr = 0;
        double activity = 0;
        double depth = 0;
        int missing = 0;
        for (int i = 0; i < REQUESTS; i++) {
            logCtr += Math.log(rows.ctr30d[i] / 0.05);
            activity += rows.activity[i];
            boolean unknown = Float.isNaN(rows.sessionDepth[i]);
            missing += unknown ? 1 : 0;
            depth += unknown ? 0 : rows.sessionDepth[i];
            assertThat(rows.user[i]).isBetween(0, Market.USERS - 1);
            assertThat(Integer.bitCount(rows.interests[i])).isBetween(1, Market.MAX_INTERESTS);
        }
        // users are drawn once, 50,000 of them: their standard error counts beside the requests'
        double root = Math.sqrt(1.0 / REQUESTS + 1.0 / Market.USERS);
        assertThat(logCtr / REQUESTS).isCloseTo(0, within(4 * 0.4 * root));
        assertThat(activity / REQUESTS).isCloseTo(20, within(4 * 5 * root));
        assertThat(depth / (REQUESTS - missing)).isCloseTo(8, within(4 * 2 * root));
        assertThat((double) missing / REQUESTS).isCloseTo(0.05, within(4 * 0.22 * root));
        assertThat(share(rows.country, Market.COUNTRIES.indexOf("us"))).isCloseTo(0.25, within(4 * 0.43 * root));
        assertThat(share(rows.device, Market.DEVICES.indexOf("tablet"))).isCloseTo(0.15, within(4 * 0.36 * root));
    }

    /** A day's events are at phase + sin(2 pi phase) / 4 pi of it: 2/3 of the mean rate at midnight, twice at noon. */
    @Test
    void requestsHaveADailySeason() {
        int[] hours = new int[24];
        long day = Market.REQUESTS_PER_DAY;
        LogRows oneDay = MarketLog.of(market, 0).features(day, (int) day);
        for (float hour : oneDay.hour) {
            hours[(int) hour]++;
        }
        for (int hour = 0; hour < 24; hour++) {
            double expected = day * (phase((hour + 1) / 24.0) - phase(hour / 24.0));
            // both ends of the hour are rounded to a request
            assertThat((double) hours[hour]).isCloseTo(expected, within(2.0));
        }
        assertThat(hours[11]).isCloseTo((int) (1.92 * day / 24), within(10));
        assertThat(hours[0]).isCloseTo((int) (0.67 * day / 24), within(10));
    }

    private static double phase(double ofDay) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (middle + Math.sin(2 * Math.PI * middle) / (4 * Math.PI) < ofDay) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Test
    void eventTimesAscendAndTellTheHour() {
        long before = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli() * 1000 - 1;
        for (int i = 0; i < REQUESTS; i++) {
            long micros = rows.eventTimeMicros[i];
            assertThat(micros).isGreaterThan(before);
            before = micros;
            double hour = micros % 86_400_000_000L / 3.6e9;
            assertThat((double) rows.hour[i]).isCloseTo(hour, within(1e-5));
        }
        assertThat(Instant.ofEpochMilli(MarketLog.of(market, 0).features(999_999, 1).eventTimeMicros[0] / 1000))
                .isBetween(Instant.parse("2026-01-14T23:00:00Z"), Instant.parse("2026-01-15T01:00:00Z"));
    }

    @Test
    void aUserIsTheSameInEveryRequestAndEveryLog() {
        float[] ctr = new float[Market.USERS];
        int[] country = new int[Market.USERS];
        LogRows other = MarketLog.of(market, 5).features(0, REQUESTS);
        for (int i = 0; i < REQUESTS; i++) {
            ctr[rows.user[i]] = rows.ctr30d[i];
            country[rows.user[i]] = rows.country[i];
        }
        for (int i = 0; i < REQUESTS; i++) {
            int user = other.user[i];
            if (ctr[user] != 0) {
                assertThat(other.ctr30d[i]).isEqualTo(ctr[user]);
                assertThat(other.country[i]).isEqualTo(country[user]);
            }
        }
    }

    /** What is drawn beyond the state has no part in any feature: its mean is the same in any half of the requests. */
    @Test
    void latentsAreIndependentOfTheState() {
        Request request = new Request();
        double[] sum = new double[2];
        int[] count = new int[2];
        MarketParameters p = market.parameters();
        for (int i = 0; i < REQUESTS; i++) {
            market.request(market.stream("test", 0), i, request);
            market.respond(request.key, request);
            double ratio = Math.log(request.clickResponse / request.viewResponse);
            double hourAngle = 2 * Math.PI / 24 * (request.hour - 8);
            double[] device = {0.3, -0.4, 0.2};
            double known = request.ctrBell + device[request.device] - 0.3 * Math.cos(hourAngle);
            int half = request.ctr30d > 0.05 ? 1 : 0;
            sum[half] += ratio - p.clickHeterogeneity() * known;
            count[half]++;
        }
        double standardError = p.latentSpread() / Math.sqrt(REQUESTS / 2.0);
        assertThat(sum[0] / count[0]).isCloseTo(0, within(4 * standardError));
        assertThat(sum[1] / count[1]).isCloseTo(0, within(4 * standardError));
    }

    @Test
    void anotherSeedIsAnotherMarket() {
        Market other = SimulatedLogs.market(2);
        assertThat(MarketLog.of(other, 0).features(0, 100).ctr30d)
                .isNotEqualTo(MarketLog.of(market, 0).features(0, 100).ctr30d);
        assertThat(other.catalogue().bid).isNotEqualTo(market.catalogue().bid);
    }
}
