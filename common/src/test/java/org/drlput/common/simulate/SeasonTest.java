package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SeasonTest {
    private static long micros(String instant) {
        return Instant.parse(instant).toEpochMilli() * 1000;
    }

    @Test
    void weekdaysAreThoseOfTheCalendar() {
        assertThat(Season.weekday(micros("2026-01-05T12:00:00Z"))).isCloseTo(0.5, within(1e-9));
        assertThat(Season.weekday(micros("2026-02-01T18:00:00Z"))).isCloseTo(6.75, within(1e-9));
        assertThat(Instant.parse("2026-01-05T12:00:00Z")
                        .atOffset(ZoneOffset.UTC)
                        .getDayOfWeek())
                .isEqualTo(DayOfWeek.MONDAY);
    }

    @Test
    void peopleReadOnSundayEveningsAndTheMoodOfAMonthLaterIsAnother() {
        double sundayEvening = Season.of(micros("2026-01-11T20:00:00Z"));
        double wednesdayMorning = Season.of(micros("2026-01-14T08:00:00Z"));
        double fourWeeksLater = Season.of(micros("2026-02-08T20:00:00Z"));

        assertThat(sundayEvening).isGreaterThan(wednesdayMorning + 3);
        // the same hour of the same weekday: only the slow wave, of eight weeks, has turned round
        assertThat(sundayEvening + fourWeeksLater).isCloseTo(2 + 2 * Math.cos(2 * Math.PI / 7 / 3), within(0.05));
    }
}
