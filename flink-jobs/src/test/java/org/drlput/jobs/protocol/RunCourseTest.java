package org.drlput.jobs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.junit.jupiter.api.Test;

class RunCourseTest {
    private static final long TOTAL = 95;

    private static Experiment.Versions versions(int patience) {
        return ExperimentLoader.parse("""
                        formatVersion: 1
                        name: course
                        features: [{name: ctr, type: numeric}]
                        actions: {hyperparameters: [{name: w, levels: [0, 1], production: 1}]}
                        reward: {active: R0, outcomes: {revenue: {column: revenue}}, variants: {R0: {revenue: 1}}}
                        versions: {everySteps: 10, patience: %d}
                        """.formatted(patience), "course.yaml").versions();
    }

    /** Versions with these lower bounds, from the first one on. */
    private static List<Evaluation> judged(double... bounds) {
        List<Evaluation> evaluations = new ArrayList<>();
        for (double low : bounds) {
            Estimate estimate = new Estimate("snips", low + 1, low, low + 2, 200, 200, 50, 10, true);
            PolicyEstimates estimates = new PolicyEstimates(estimate, estimate, estimate, estimate);
            long step = 10L * (evaluations.size() + 1);
            evaluations.add(new Evaluation(
                    1,
                    step,
                    step,
                    "greedy",
                    null,
                    1000,
                    0.1,
                    estimate,
                    estimate,
                    0,
                    Map.of("snips", estimates),
                    Map.of(),
                    List.of(),
                    Map.of(),
                    List.of(),
                    0));
        }
        return evaluations;
    }

    @Test
    void withoutPatienceARunGoesThrough() {
        RunCourse course = RunCourse.of(versions(0), TOTAL, judged(3, 2, 1, 0));

        assertThat(course).isEqualTo(new RunCourse(TOTAL, TOTAL, 10));
        assertThat(course.versionCount()).isEqualTo(10);
    }

    @Test
    void oneVersionIsTrainedWhileTheOneBeforeItIsJudged() {
        assertThat(RunCourse.of(versions(2), TOTAL, judged())).isEqualTo(new RunCourse(TOTAL, 20, 10));
        assertThat(RunCourse.of(versions(2), TOTAL, judged(1))).isEqualTo(new RunCourse(TOTAL, 30, 10));
        assertThat(RunCourse.of(versions(2), TOTAL, judged(1, 2, 3, 4, 5, 6, 7, 8)))
                .isEqualTo(new RunCourse(TOTAL, TOTAL, 10));
    }

    @Test
    void theEndIsTheSameHoweverManyMoreAreJudgedByThen() {
        RunCourse end = new RunCourse(50, 50, 10);
        assertThat(RunCourse.of(versions(2), TOTAL, judged(1, 2, 2))).isEqualTo(new RunCourse(TOTAL, 50, 10));
        assertThat(RunCourse.of(versions(2), TOTAL, judged(1, 2, 2, 1))).isEqualTo(end);
        assertThat(RunCourse.of(versions(2), TOTAL, judged(1, 2, 2, 1, 9))).isEqualTo(end);
        assertThat(end.versionCount()).isEqualTo(5);
    }

    @Test
    void theLastVersionsEndNothing() {
        assertThat(RunCourse.of(versions(2), TOTAL, judged(1, 2, 3, 4, 5, 6, 9, 8, 7)))
                .isEqualTo(new RunCourse(TOTAL, TOTAL, 10));
    }
}
