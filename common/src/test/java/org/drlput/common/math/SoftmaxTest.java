package org.drlput.common.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
    private static Softmax softmax(float... logits) {
        Softmax softmax = new Softmax(1, logits.length);
        softmax.compute(logits, 1);
        return softmax;
    }

    private static float[] exponentials(float... logits) {
        return softmax(logits).exponentials();
    }

    @Test
    void everyExponentialIsWithinTheStatedError() {
        SplittableRandom random = new SplittableRandom(1);
        float[] logits = new float[20_000];
        for (int i = 1; i < logits.length; i++) {
            logits[i] = (float) -(87 * random.nextDouble());
        }
        float[] found = exponentials(logits);
        double worst = 0;
        for (int i = 0; i < logits.length; i++) {
            worst = Math.max(worst, Math.abs(found[i] / Math.exp(logits[i]) - 1));
        }
        assertThat(worst).isLessThan(2e-7);
    }

    /** Rows of every width, several a matrix: sums, products and shifted logits of each row are its own. */
    @Test
    void everyRowHasItsOwnSums() {
        SplittableRandom random = new SplittableRandom(2);
        for (int columns = 1; columns < 70; columns++) {
            int rows = 1 + random.nextInt(4);
            Softmax softmax = new Softmax(5, columns);
            float[] logits = new float[5 * columns];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) random.nextDouble(-20, 20);
            }
            softmax.compute(logits, rows);
            for (int r = 0; r < rows; r++) {
                checkRow(softmax, logits, r, columns);
            }
        }
    }

    private static void checkRow(Softmax softmax, float[] logits, int row, int columns) {
        int at = row * columns;
        float greatest = logits[at + Softmax.greatest(logits, at, columns)];
        double sum = 0;
        double product = 0;
        for (int i = at; i < at + columns; i++) {
            double x = logits[i] - greatest;
            assertThat(softmax.shifted()[i]).isEqualTo((float) x);
            assertThat((double) softmax.exponentials()[i]).isCloseTo(Math.exp(x), within(2e-7 * Math.exp(x)));
            sum += Math.exp(x);
            product += Math.exp(x) * x;
        }
        assertThat(softmax.sum(row)).isCloseTo(sum, within(2e-7 * sum));
        // the products round once more, in float
        assertThat(softmax.product(row)).isCloseTo(product, within(4e-7 * Math.abs(product)));
    }

    @Test
    void theGreatestLogitHasExactlyOne() {
        assertThat(exponentials(-3f, 1234.5f, 7f)[1]).isEqualTo(1f);
        assertThat(exponentials(-1e38f, -1e38f)).containsExactly(1f, 1f);
        assertThat(softmax(-1e38f, -1e38f).shifted()).containsExactly(0f, 0f);
    }

    @Test
    void extremeButFiniteLogitsGiveFiniteExponentials() {
        float[] e = exponentials(Float.MAX_VALUE, -Float.MAX_VALUE, 0f, Float.MIN_VALUE);

        assertThat(e[0]).isEqualTo(1f);
        // beyond the normal floats: not zero, but nothing beside the greatest
        assertThat(e[1]).isBetween(0f, 2e-38f);
        assertThat(e[2]).isBetween(0f, 2e-38f);
        assertThat(e[3]).isBetween(0f, 2e-38f);
    }

    @Test
    void exponentialsNeverDecreaseWithTheLogit() {
        float[] logits = new float[7300];
        for (int i = 0; i < logits.length; i++) {
            // neighbours differ by 1.4 %: far above the error
            logits[i] = -100 + 0.0137f * i;
        }
        float[] e = exponentials(logits);
        for (int i = 1; i < e.length; i++) {
            assertThat(e[i]).isGreaterThanOrEqualTo(e[i - 1]);
        }
    }

    @Test
    void everyWidthIsComputedToItsEnd() {
        for (int n = 1; n < 70; n++) {
            float[] logits = new float[n];
            Arrays.fill(logits, 2.5f);
            Softmax softmax = softmax(logits);
            assertThat(softmax.exponentials()).containsOnly(1f).hasSize(n);
            assertThat(softmax.sum(0)).isEqualTo(n);
            assertThat(softmax.product(0)).isZero();
        }
    }

    @Test
    void aLogitThatIsNoNumberSpoilsItsRowAlone() {
        Softmax softmax = new Softmax(3, 3);
        softmax.compute(new float[] {1, 2, 3, 0, Float.NaN, 1, 3, 2, 1}, 3);

        assertThat(softmax.sum(1)).isNaN();
        assertThat(softmax.sum(0)).isEqualTo(softmax.sum(2)).isBetween(1.5, 1.51);
        assertThat(exponentials(Float.NaN, 0f)).containsOnly(Float.NaN);
        assertThat(exponentials(0f, Float.POSITIVE_INFINITY)).contains(Float.NaN);
        assertThat(exponentials(Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY))
                .containsOnly(Float.NaN);
    }

    @Test
    void theFirstOfEqualsIsTheGreatest() {
        assertThat(Softmax.greatest(new float[] {9, 1, 3, 3, 2}, 1, 4)).isEqualTo(1);
        assertThat(Softmax.greatest(new float[] {-0f, 0f}, 0, 2)).isZero();
        assertThat(Softmax.greatest(new float[] {Float.NEGATIVE_INFINITY}, 0, 1))
                .isZero();
        assertThat(Softmax.greatest(new float[] {-5, -4}, 0, 2)).isEqualTo(1);
    }
}
