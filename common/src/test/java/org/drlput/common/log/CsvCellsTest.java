package org.drlput.common.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvCellsTest {
    private static double number(String text) {
        return CsvCells.number(("#" + text + "#").toCharArray(), 1, text.length());
    }

    private static long whole(String text) {
        return CsvCells.whole(text.toCharArray(), 0, text.length());
    }

    private static long millis(String text) {
        return CsvCells.millis(text.toCharArray(), 0, text.length());
    }

    @Test
    void numbersAreTheNearestFloat64AsJavaReadsThem() {
        Random random = new Random(11);
        for (int i = 0; i < 100_000; i++) {
            String text = switch (i % 5) {
                case 0 -> Double.toString(random.nextGaussian());
                case 1 -> Float.toString(random.nextFloat());
                case 2 -> String.format("%.6f", random.nextGaussian() * 1000);
                case 3 -> Integer.toString(random.nextInt());
                default -> Double.toString(Double.longBitsToDouble(random.nextLong() & 0x7fdfffffffffffffL));
            };
            assertThat(number(text)).as(text).isEqualTo(Double.parseDouble(text));
        }
    }

    @Test
    void minusZeroAndPartsOfNumbersAreRead() {
        assertThat(Double.doubleToRawLongBits(number("-0"))).isEqualTo(Double.doubleToRawLongBits(-0.0));
        assertThat(List.of(number(".5"), number("5."), number("+5"), number(" 7 ")))
                .containsExactly(0.5, 5.0, 5.0, 7.0);
        assertThat(number("nan")).isNaN();
        assertThat(number("-inf")).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", ".", "1f", "1d", "0x1p3", "1,5", "1.2.3", "--1", "abc", "1e", "١"})
    void whatIsNoNumberIsRefused(String text) {
        assertThatThrownBy(() -> number(text)).isInstanceOf(CsvCells.FormatException.class);
    }

    @Test
    void wholeNumbersHoldAllOfInt64AndIntegralDecimals() {
        assertThat(whole("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(whole("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        assertThat(whole("12.0")).isEqualTo(12);
        assertThatThrownBy(() -> whole("12.5")).isInstanceOf(CsvCells.FormatException.class);
        assertThatThrownBy(() -> whole("9223372036854775808")).isInstanceOf(CsvCells.FormatException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31 12:00:00, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.25Z, 2026-01-31T12:00:00.250Z",
        "2026-01-31T12:00:00.123456789Z, 2026-01-31T12:00:00.123Z",
        "2026-01-31T12:00:00+02:30, 2026-01-31T09:30:00Z",
        "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z",
        "1767225600000, 2026-01-01T00:00:00Z"
    })
    void instantsAreRead(String text, String expected) {
        assertThat(millis(text)).isEqualTo(Instant.parse(expected).toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-30T00:00:00Z",
                "2026-01-01T00:00:00X",
                "2026-01-01T0a:00:00Z",
                "today",
                "01/02/2026 00:00:00"
            })
    void whatIsNoInstantIsRefused(String text) {
        assertThatThrownBy(() -> millis(text)).isInstanceOf(CsvCells.FormatException.class);
    }
}
