package org.drlput.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What counts as a process that can not start. */
class SupervisorTest {
    private static final long SHORT_MILLIS = 3_000;
    private static final long LONG_MILLIS = 60_000;

    @Test
    void manyShortJobsThatEndWellAreNoFailures() {
        int failures = 0;
        for (int job = 0; job < 20; job++) {
            failures = Supervisor.failures(failures, false, SHORT_MILLIS);
        }
        assertThat(failures).isZero();
    }

    @Test
    void deathsInARowCountUntilOneLivesLongOrEndsWell() {
        int failures = Supervisor.failures(Supervisor.failures(0, true, SHORT_MILLIS), true, SHORT_MILLIS);

        assertThat(failures).isEqualTo(2);
        assertThat(Supervisor.failures(failures, true, LONG_MILLIS)).isZero();
        assertThat(Supervisor.failures(failures, false, SHORT_MILLIS)).isZero();
    }
}
