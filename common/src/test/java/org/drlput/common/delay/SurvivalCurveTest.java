package org.drlput.common.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SurvivalCurveTest {
    private static final long WINDOW = 4096_000;

    /** Ten rows by hand: at risk 10, 8 (one left alone), 5 (two left alone). */
    @Test
    void isTheProductOfThoseLeftAmongThoseAtRisk() {
        DelaySample sample = new DelaySample(WINDOW);
        sample.add(100_000, WINDOW);
        sample.add(-1, 200_000);
        sample.add(300_000, WINDOW);
        sample.add(-1, 400_000);
        sample.add(-1, 400_000);
        sample.add(500_000, WINDOW);
        for (int i = 0; i < 4; i++) {
            sample.add(-1, WINDOW);
        }
        SurvivalCurve curve = sample.curve();

        assertThat(sample.rows()).isEqualTo(10);
        assertThat(sample.seen()).isEqualTo(3);
        assertThat(curve.at(50_000)).isEqualTo(1);
        assertThat(curve.at(200_000)).isCloseTo(9 / 10.0, within(1e-12));
        assertThat(curve.at(450_000)).isCloseTo(9 / 10.0 * 7 / 8, within(1e-12));
        assertThat(curve.at(WINDOW)).isCloseTo(9 / 10.0 * 7 / 8 * 4 / 5, within(1e-12));
        assertThat(curve.seenWithin(WINDOW)).isEqualTo(1);
        assertThat(curve.seenWithin(450_000)).isCloseTo((1 - 0.9 * 7 / 8) / (1 - 0.9 * 7 / 8 * 4 / 5), within(1e-12));
    }

    @Test
    void whatComesAfterTheWindowOrAfterWatchingEndedWasNotSeen() {
        DelaySample sample = new DelaySample(WINDOW);
        sample.add(WINDOW + 1, Long.MAX_VALUE);
        sample.add(300_000, 200_000);

        assertThat(sample.seen()).isZero();
        assertThat(sample.curve().comes()).isZero();
        assertThat(sample.curve().seenWithin(0)).as("nothing is made up for").isEqualTo(1);
    }

    @Test
    void rowsThatWereWatchedForAShortTimeDoNotBendIt() {
        Random random = new Random(1);
        DelaySample sample = new DelaySample(WINDOW);
        double mean = WINDOW / 3.0;
        for (int i = 0; i < 200_000; i++) {
            boolean comes = random.nextDouble() < 0.3;
            long delay = comes ? (long) (-mean * Math.log(1 - random.nextDouble())) : -1;
            long watched = (long) (random.nextDouble() * WINDOW);
            sample.add(delay <= watched ? delay : -1, watched);
        }
        SurvivalCurve curve = sample.curve();

        for (double share : new double[] {0.1, 0.25, 0.5, 0.75}) {
            double expected = (1 - Math.exp(-3 * share)) / (1 - Math.exp(-3));
            // 60,000 outcomes: a standard error of about 0.003
            assertThat(curve.seenWithin((long) (share * WINDOW))).isCloseTo(expected, within(0.015));
        }
    }

    @Test
    void whatNobodyWasWatchedForIsNotKnown() {
        DelaySample sample = new DelaySample(WINDOW);
        for (int i = 0; i < 100; i++) {
            sample.add(i % 10 == 0 ? i * 1000 : -1, WINDOW / 4);
        }

        assertThat(sample.curve().followedMillis()).isCloseTo(WINDOW / 4, within(1000L));
        assertThat(sample.curve().seenWithin(WINDOW / 4)).isEqualTo(1);
    }
}
