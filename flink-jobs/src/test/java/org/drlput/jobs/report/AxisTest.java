package org.drlput.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void endsAndTicksAreRound() {
        Axis axis = Axis.of(0.07, 0.43, 5);

        assertThat(axis.min()).isEqualTo(0);
        assertThat(axis.max()).isCloseTo(0.5, within(1e-12));
        assertThat(axis.ticks()).hasSize(6);
    }

    @Test
    void tightAxisKeepsTheDatasEnds() {
        Axis axis = Axis.tight(50, 977, 4);

        assertThat(axis.min()).isEqualTo(50);
        assertThat(axis.max()).isEqualTo(977);
        assertThat(axis.ticks()).containsExactly(250.0, 500.0, 750.0);
    }

    @Test
    void oneValueHasAnAxisToo() {
        assertThat(Axis.of(3, 3, 5).min()).isLessThan(3);
        assertThat(Axis.of(0, 0, 5).max()).isGreaterThan(0);
        assertThat(Axis.tight(977, 977, 5).place(977, 0, 100)).isBetween(0.0, 100.0);
    }

    @Test
    void noValueHasAnAxisToo() {
        Axis axis = Axis.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 5);

        assertThat(axis.min()).isEqualTo(0);
        assertThat(axis.max()).isEqualTo(1);
    }

    @Test
    void labelsThatWouldCoverEachOtherArePushedApart() {
        double[] at = LineChart.apart(new double[] {10, 11, 12, 99}, 0, 100);

        assertThat(at).containsExactly(10, 24, 38, 99);
    }

    @Test
    void labelsStayWithinTheFrame() {
        double[] at = LineChart.apart(new double[] {95, 97, 99}, 0, 100);

        assertThat(at).containsExactly(72, 86, 100);
    }
}
