package org.drlput.jobs.cli;

import java.util.Locale;
import org.drlput.common.estimate.Estimate;
import org.jspecify.annotations.Nullable;

/** Numbers as people read them; the same in every locale. */
final class Texts {
    private Texts() {}

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** {@code 4}, {@code 0.25}. */
    static String plain(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : String.valueOf(value);
    }

    /** {@code +31.2 %}: a share of something, as a gain. */
    static String gain(double share) {
        return String.format(Locale.ROOT, "%+.1f %%", 100 * share);
    }

    /** {@code +31.2 % (+22.0 to +40.4)}, or why there is none. */
    static String gain(@Nullable Estimate estimate) {
        if (estimate == null) {
            return "none yet";
        }
        if (estimate.value() == null || estimate.low() == null || estimate.high() == null) {
            return String.format(
                    Locale.ROOT,
                    "no estimate: effective sample size %.0f, %,d rewarded rows",
                    estimate.effectiveSampleSize(),
                    estimate.rewardedRows());
        }
        return String.format(
                Locale.ROOT,
                "%s (%+.1f to %+.1f)",
                gain(estimate.value()),
                100 * estimate.low(),
                100 * estimate.high());
    }

    /** {@code 7.4 s}, {@code 1 min 20 s}, {@code 3 h 05 min}. */
    static String duration(double seconds) {
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long s = Math.round(seconds);
        if (s < 60) {
            return s + " s";
        }
        if (s < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", s / 60, s % 60);
        }
        return String.format(Locale.ROOT, "%d h %02d min", s / 3600, s % 3600 / 60);
    }

    /** {@code 12.3 MiB}. */
    static String bytes(double bytes) {
        String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0
                ? String.format(Locale.ROOT, "%.0f bytes", value)
                : String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }
}
