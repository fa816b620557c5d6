package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingPlanTest {
    private static TrainingPlan plan(long rows, String training) {
        Experiment experiment = ExperimentLoader.parse(Experiments.with("training: " + training + "\n"), "exp.yaml");
        return TrainingPlan.of(rows, experiment.training());
    }

    @Test
    void aSmallLogIsGoneThroughUntilThereAreEnoughSteps() {
        TrainingPlan plan = plan(640, "{rowsPerStep: 64, microBatches: 8, epochs: 2, minSteps: 95}");

        assertThat(plan.stepsPerEpoch()).isEqualTo(10);
        assertThat(plan.epochs()).isEqualTo(10);
        assertThat(plan.totalSteps()).isEqualTo(100);
    }

    @Test
    void aLogThatIsLargeEnoughIsGoneThroughAsOftenAsAsked() {
        TrainingPlan plan = plan(6400, "{rowsPerStep: 64, microBatches: 8, epochs: 2, minSteps: 200}");

        assertThat(plan.epochs()).isEqualTo(2);
        assertThat(plan.totalSteps()).isEqualTo(200);
    }

    @Test
    void anEmptyLogHasNoSteps() {
        assertThat(plan(0, "{minSteps: 200}").totalSteps()).isZero();
    }
}
