package org.drlput.common.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Baseline;
import org.drlput.common.experiment.Experiment.ObjectiveType;
import org.drlput.common.experiment.ExperimentLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectiveTest {
    private static final String EXPERIMENT = """
            formatVersion: 1
            name: objectives
            features: [{name: ctr, type: numeric}]
            actions: {hyperparameters: [{name: w, levels: [0, 1], production: 1}]}
            reward: {active: R0, outcomes: {revenue: {column: revenue}}, variants: {R0: {revenue: 1}}}
            objective: {type: clippedIps, clipWeight: 5, entropy: 0.3}
            optimizer: {type: sgd, learningRate: 0.1, clipGradient: 2}
            """;

    @Test
    void ipsWeighsTheAdvantageByTheImportanceWeight() {
        assertThat(new Ips().coefficient(2.5, 0.1, -4)).isEqualTo(-10);
        assertThat(new Ips().coefficient(1e6, 0.1, 1)).isEqualTo(1e6);
        assertThat(new Ips().clips(1e6)).isFalse();
    }

    @Test
    void clippedIpsBoundsTheImportanceWeight() {
        ClippedIps clipped = new ClippedIps(5);

        assertThat(clipped.coefficient(2.5, 0.1, -4)).isEqualTo(-10);
        assertThat(clipped.coefficient(50, 0.1, -4)).isEqualTo(-20);
        assertThat(clipped.clips(5)).isFalse();
        assertThat(clipped.clips(5.001)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void aClipWeightThatIsNotPositiveIsRefused(double clipWeight) {
        assertThatThrownBy(() -> new ClippedIps(clipWeight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("clipWeight: found %s, expected above 0".formatted(clipWeight));
    }

    @Test
    void anExperimentsTypeChoosesTheObjective() {
        assertThat(Objective.of(new Experiment.Objective(ObjectiveType.IPS, 7, Baseline.NONE, 0)))
                .isEqualTo(new Ips());
        assertThat(Objective.of(new Experiment.Objective(ObjectiveType.CLIPPED_IPS, 7, Baseline.NONE, 0)))
                .isEqualTo(new ClippedIps(7));
    }

    @Test
    void entropyIsInUnitsOfTheRewardsDeviation() {
        GradientSettings settings = GradientSettings.of(ExperimentLoader.parse(EXPERIMENT, "test.yaml"), 2.5);

        assertThat(settings).isEqualTo(new GradientSettings(new ClippedIps(5), 0.75, 2));
    }

    @Test
    void theRunningMeanStartsAtTheFirstPassesMean() {
        assertThat(Baselines.value(Baseline.RUNNING_MEAN, 0, 0, 0.25)).isEqualTo(0.25);
        assertThat(Baselines.value(Baseline.RUNNING_MEAN, 8, 4, 0.25)).isEqualTo(0.5);
        assertThat(Baselines.value(Baseline.NONE, 8, 4, 0.25)).isZero();
    }
}
