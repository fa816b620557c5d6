package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class CounterRandomTest {
    private static final int DRAWS = 200_000;

    /** The generator of java.util is the same one, started at the key. */
    @Test
    void drawsAreSplitMix64() {
        java.util.SplittableRandom reference = new java.util.SplittableRandom(42);
        for (int n = 0; n < 100; n++) {
            assertThat(CounterRandom.bits(42, n)).isEqualTo(reference.nextLong());
        }
    }

    @Test
    void uniformNumbersAreUniform() {
        int[] tens = new int[10];
        int[] shortTens = new int[10];
        for (int n = 0; n < DRAWS; n++) {
            tens[(int) (10 * CounterRandom.uniform(CounterRandom.bits(1, n)))]++;
            shortTens[(int) (10 * CounterRandom.uniform16(CounterRandom.bits(1, n), n % 4))]++;
        }
        for (int i = 0; i < 10; i++) {
            // 5 standard deviations of a count are 670
            assertThat(tens[i]).isCloseTo(DRAWS / 10, within(670));
            assertThat(shortTens[i]).isCloseTo(DRAWS / 10, within(670));
        }
    }

    /** Whole steps would be a bias that no number of draws takes away. */
    @Test
    void theMeanOfAllShortNumbersIsOneHalf() {
        double sum = 0;
        for (long bits = 0; bits < 65_536; bits++) {
            sum += CounterRandom.uniform16(bits << 16, 1);
        }
        assertThat(sum / 65_536).isEqualTo(0.5);
    }

    @Test
    void bellsHaveMeanZeroDeviationOneAndNoTail() {
        double sum = 0;
        double squares = 0;
        double beyondOne = 0;
        for (int n = 0; n < DRAWS; n++) {
            double x = CounterRandom.bell(CounterRandom.bits(2, n));
            assertThat(Math.abs(x)).isLessThan(3.47);
            sum += x;
            squares += x * x;
            beyondOne += Math.abs(x) > 1 ? 1 : 0;
        }
        // standard errors: 0.0022 of the mean, 0.0028 of the mean square
        assertThat(sum / DRAWS).isCloseTo(0, within(0.011));
        assertThat(squares / DRAWS).isCloseTo(1, within(0.014));
        // Irwin-Hall of four: P(|x| > 1) = 0.3307, by its distribution function
        assertThat(beyondOne / DRAWS).isCloseTo(0.3307, within(0.006));
    }

    @Test
    void drawsOfNeighbouringKeysAreNotCorrelated() {
        double sum = 0;
        for (int n = 0; n < DRAWS; n++) {
            double a = CounterRandom.bell(CounterRandom.bits(n, 0));
            double b = CounterRandom.bell(CounterRandom.bits(n + 1, 0));
            sum += a * b;
        }
        assertThat(sum / DRAWS).isCloseTo(0, within(0.011));
    }
}
