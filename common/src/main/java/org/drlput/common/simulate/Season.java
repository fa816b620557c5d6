package org.drlput.common.simulate;

/**
 * What people are in the mood for, from buying (below 0) to reading (above 0), as a function of time: a wave of a day, one of a
 * week, and one of eight weeks that no feature tells of. Each has the amplitude 1.
 */
final class Season {
    private static final double TWO_PI = 2 * Math.PI;
    private static final double EVENING_HOUR = 20;
    private static final double SUNDAY = 6.5;
    private static final double SLOW_DAYS = 56;
    /** 2026-01-01 is a Thursday. */
    private static final int START_WEEKDAY = 3;

    private Season() {}

    /** In [-3, 3]. */
    static double of(long eventTimeMicros) {
        double days = days(eventTimeMicros);
        double hour = 24 * (days - Math.floor(days));
        return StrictMath.cos(TWO_PI / 24 * (hour - EVENING_HOUR))
                + StrictMath.cos(TWO_PI / 7 * (weekday(eventTimeMicros) - SUNDAY))
                + StrictMath.sin(TWO_PI / SLOW_DAYS * days);
    }

    /** Days since Monday, midnight UTC, in [0, 7). */
    static double weekday(long eventTimeMicros) {
        double days = days(eventTimeMicros) + START_WEEKDAY;
        return days - 7 * Math.floor(days / 7);
    }

    private static double days(long eventTimeMicros) {
        return (double) (eventTimeMicros - Market.START_MICROS) / Market.DAY_MICROS;
    }
}
