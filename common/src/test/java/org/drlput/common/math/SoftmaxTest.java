package org.drlput.common.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
    private static final int OFFSET = 3;
    private static final int OUT_OFFSET = 5;

    /** Exponentials of the logits less their greatest, out of and into the middle of arrays. */
    private static float[] exponentials(float... logits) {
        float[] in = new float[OFFSET + logits.length];
        System.arraycopy(logits, 0, in, OFFSET, logits.length);
        float[] out = new float[OUT_OFFSET + logits.length + 1];
        Arrays.fill(out, -1f);
        float greatest = in[OFFSET + Softmax.greatest(in, OFFSET, logits.length)];
        double sum =
                Softmax.exponentials(in, OFFSET, logits.length, greatest, out, OUT_OFFSET, new float[logits.length]);
        assertThat(Arrays.copyOf(out, OUT_OFFSET)).containsOnly(-1f);
        assertThat(out[out.length - 1]).isEqualTo(-1f);
        float[] result = Arrays.copyOfRange(out, OUT_OFFSET, out.length - 1);
        double expected = 0;
        for (float value : result) {
            expected += value;
        }
        if (Double.isNaN(expected)) {
            assertThat(sum).isNaN();
        } else {
            // the sum is in double, in another order
            assertThat(sum).isCloseTo(expected, within(1e-12 * expected));
        }
        return result;
    }

    @Test
    void everyExponentialIsWithinTheStatedError() {
        SplittableRandom random = new SplittableRandom(1);
        double worst = 0;
        for (int i = 0; i < 20_000; i++) {
            float x = (float) -(87 * random.nextDouble());
            float value = exponentials(0f, x)[1];
            worst = Math.max(worst, Math.abs(value / Math.exp(x) - 1));
        }
        assertThat(worst).isLessThan(2e-7);
    }

    @Test
    void theGreatestLogitHasExactlyOne() {
        assertThat(exponentials(-3f, 1234.5f, 7f)[1]).isEqualTo(1f);
        assertThat(exponentials(-1e38f, -1e38f)).containsExactly(1f, 1f);
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
        float previous = 0;
        for (float x = -100; x <= 0; x += 0.0137f) {
            float value = exponentials(0f, x)[1];
            // neighbours differ by 1.4 %: far above the error
            assertThat(value).isGreaterThanOrEqualTo(previous);
            previous = value;
        }
    }

    @Test
    void everyLengthIsComputedToItsEnd() {
        for (int n = 1; n < 70; n++) {
            float[] logits = new float[n];
            Arrays.fill(logits, 2.5f);
            assertThat(exponentials(logits)).containsOnly(1f).hasSize(n);
        }
    }

    @Test
    void aLogitThatIsNoNumberSpoilsTheRow() {
        assertThat(exponentials(0f, Float.NaN, 1f)).contains(Float.NaN);
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
