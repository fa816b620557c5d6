package org.drlput.jobs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RunCourseTest {
    private static final long TOTAL = 95;
    private static final long EVERY = 10;

    private static RunCourse judged(int versions) {
        return RunCourse.judged(TOTAL, EVERY, versions, OptionalInt.empty());
    }

    private static RunCourse ended(int versions, int after) {
        return RunCourse.judged(TOTAL, EVERY, versions, OptionalInt.of(after));
    }

    @Test
    void aRunThatGoesThroughMayPlanAllOfIt() {
        assertThat(RunCourse.whole(TOTAL, EVERY)).isEqualTo(new RunCourse(TOTAL, TOTAL, EVERY));
        assertThat(RunCourse.whole(TOTAL, EVERY).versionCount()).isEqualTo(10);
    }

    @Test
    void oneVersionIsTrainedWhileTheOneBeforeItIsJudged() {
        assertThat(judged(0)).isEqualTo(new RunCourse(TOTAL, 20, EVERY));
        assertThat(judged(1)).isEqualTo(new RunCourse(TOTAL, 30, EVERY));
        assertThat(judged(8)).isEqualTo(new RunCourse(TOTAL, TOTAL, EVERY));
    }

    @Test
    void theEndIsTheSameHoweverManyMoreAreJudgedByThen() {
        RunCourse end = new RunCourse(50, 50, EVERY);
        assertThat(judged(3).open())
                .as("nothing beyond the end was planned before")
                .isEqualTo(50);
        assertThat(ended(4, 4)).isEqualTo(end);
        assertThat(ended(5, 4)).isEqualTo(end);
        assertThat(end.versionCount()).isEqualTo(5);
    }

    @Test
    void theLastVersionsEndNothing() {
        assertThat(ended(9, 9)).isEqualTo(RunCourse.whole(TOTAL, EVERY));
    }
}
