package org.drlput.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void gainsHaveASignAndOneDigit() {
        assertThat(Numbers.gain(0.3118)).isEqualTo("+31.2\u00a0%");
        assertThat(Numbers.gain(-0.0042)).isEqualTo("\u22120.4\u00a0%");
    }

    @Test
    void sharesHaveMoreDigitsWhereTheyAreSmall() {
        assertThat(Numbers.percent(0.0744)).isEqualTo("7.4\u00a0%");
        assertThat(Numbers.percent(0.0012)).isEqualTo("0.12\u00a0%");
        assertThat(Numbers.percent(0.00001)).isEqualTo("< 0.01\u00a0%");
        assertThat(Numbers.percent(0)).isEqualTo("0\u00a0%");
        assertThat(Numbers.percent(1)).isEqualTo("100\u00a0%");
    }

    @Test
    void measuresHaveFourDigits() {
        assertThat(Numbers.measure(3.00669)).isEqualTo("3.007");
        assertThat(Numbers.measure(0.0541375)).isEqualTo("0.05414");
        assertThat(Numbers.measure(123456.7)).isEqualTo("123,500");
        assertThat(Numbers.measure(0)).isEqualTo("0");
        assertThat(Numbers.measure(1e-9)).isEqualTo("1.000e\u221209");
        assertThat(Numbers.measure(Double.NaN)).isEqualTo("none");
    }

    @Test
    void ticksAreShort() {
        assertThat(Numbers.compact(25_000)).isEqualTo("25k");
        assertThat(Numbers.compact(1_500_000)).isEqualTo("1.5M");
        assertThat(Numbers.compact(250)).isEqualTo("250");
        assertThat(Numbers.gainTick(-0.1)).isEqualTo("\u221210\u00a0%");
    }

    @Test
    void timesReadAsTimes() {
        assertThat(Numbers.seconds(41.23)).isEqualTo("41.2\u00a0s".replace('\u00a0', ' '));
        assertThat(Numbers.seconds(154)).isEqualTo("2 min 34 s");
        assertThat(Numbers.seconds(7_500)).isEqualTo("2 h 05 min");
    }
}
