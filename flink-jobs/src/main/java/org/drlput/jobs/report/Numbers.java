package org.drlput.jobs.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as the report prints them: the same in every locale, with as many digits as they deserve. */
final class Numbers {
    private Numbers() {}

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** {@code +31.2 %}. */
    static String gain(double share) {
        return String.format(Locale.ROOT, "%+.1f\u00a0%%", 100 * share).replace("-", "\u2212");
    }

    /** {@code 31 %}: for axes. */
    static String gainTick(double share) {
        double percent = 100 * share;
        String text = Math.abs(percent - Math.rint(percent)) < 1e-6
                ? String.format(Locale.ROOT, "%.0f\u00a0%%", percent + 0.0)
                : String.format(Locale.ROOT, "%.1f\u00a0%%", percent);
        return text.replace("-", "\u2212");
    }

    /** {@code 7.4 %}: a share. */
    static String percent(double share) {
        double percent = 100 * share;
        double size = Math.abs(percent);
        if (size != 0 && size < 0.01) {
            return "< 0.01\u00a0%";
        }
        boolean whole = size == 0 || size == 100;
        return String.format(Locale.ROOT, whole ? "%.0f\u00a0%%" : size < 1 ? "%.2f\u00a0%%" : "%.1f\u00a0%%", percent);
    }

    /** Four significant digits. */
    static String measure(double value) {
        return significant(value, 4);
    }

    static String significant(double value, int digits) {
        if (!Double.isFinite(value)) {
            return "none";
        }
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        if (size >= 1e7 || size < 1e-4) {
            return String.format(Locale.ROOT, "%." + (digits - 1) + "e", value).replace("-", "\u2212");
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
        String text = rounded.scale() <= 0 || size >= 10_000
                ? String.format(Locale.ROOT, "%,.0f", rounded)
                : rounded.stripTrailingZeros().toPlainString();
        return text.replace("-", "\u2212");
    }

    static String compact(double value) {
        double size = Math.abs(value);
        if (size >= 1e6) {
            return trimmed(value / 1e6) + "M";
        }
        return size >= 1e3 ? trimmed(value / 1e3) + "k" : trimmed(value);
    }

    private static String trimmed(double value) {
        return new BigDecimal(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    static String seconds(double seconds) {
        if (seconds < 100) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long s = Math.round(seconds);
        return s < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", s / 60, s % 60)
                : String.format(Locale.ROOT, "%d h %02d min", s / 3600, s % 3600 / 60);
    }
}
