package org.drlput.common.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.gradient.RewardsSeen;
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

    private static final RewardScale REWARDS = new RewardScale(0.25, 2.5);

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

    @Test
    void rewardLikelihoodLetsARewardCountWholeWhateverTheImportanceWeight() {
        RewardLikelihood likelihood = new RewardLikelihood(0);

        assertThat(likelihood.coefficient(1e-6, 0.1, 1)).isCloseTo(1, within(1e-12));
        assertThat(likelihood.coefficient(10, 0.1, 1)).isEqualTo(1);
        assertThat(likelihood.coefficient(5, 0.1, 0)).isEqualTo(-1);
        assertThat(likelihood.coefficient(0, 0.1, 1)).isZero();
        assertThat(likelihood.coefficient(10, 0.1, 0)).isFinite().isNegative();
        assertThat(likelihood.coefficient(Double.NaN, 0.1, 1)).isNaN();
    }

    @Test
    void rewardLikelihoodBoundsWhatARowThatCameByChanceTeaches() {
        RewardLikelihood likelihood = new RewardLikelihood(0.1);

        assertThat(likelihood.coefficient(10, 0.1, 0)).isCloseTo(-8, within(1e-12));
        assertThat(likelihood.coefficient(10, 0.1, -3)).isEqualTo(likelihood.coefficient(10, 0.1, 0));
        assertThat(likelihood.coefficient(10, 0.1, 7)).isEqualTo(likelihood.coefficient(10, 0.1, 1));
    }

    @Test
    void withoutNoiseInTheExperimentTheLogTellsIt() {
        // of ten actions one is right and a fifth of all rewards are flipped: uniform actions earn 0.1 * 0.8 + 0.9 *
        // 0.2
        RewardScale flipped = new RewardScale(0.5, 0.5, 0.26);

        assertThat(RewardLikelihood.of(null, flipped, 10).noise()).isCloseTo(0.2, within(1e-12));
        assertThat(RewardLikelihood.of(0.05, flipped, 10).noise()).isEqualTo(0.05);
    }

    @Test
    void noiseThatTheLogCanNotTellIsSmall() {
        // of two actions uniform ones earn a half, whatever is flipped; and chance earned less than the right action
        // alone would have
        assertThat(RewardLikelihood.of(null, new RewardScale(0.5, 0.5), 2).noise())
                .isEqualTo(RewardLikelihood.LEAST_NOISE);
        assertThat(RewardLikelihood.of(null, new RewardScale(0.05, 0.2), 10).noise())
                .isEqualTo(RewardLikelihood.LEAST_NOISE);
        assertThat(RewardLikelihood.of(null, new RewardScale(3, 1), 10).noise()).isEqualTo(RewardLikelihood.MOST_NOISE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 0.5, Double.NaN})
    void noiseThatLeavesNothingToLearnIsRefused(double noise) {
        assertThatThrownBy(() -> new RewardLikelihood(noise))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("noise: found %s, expected 0 or more and below 0.5".formatted(noise));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void aClipWeightThatIsNotPositiveIsRefused(double clipWeight) {
        assertThatThrownBy(() -> new ClippedIps(clipWeight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("clipWeight: found %s, expected above 0".formatted(clipWeight));
    }

    @Test
    void theLogLikelihoodWeighsByThePropensityAlone() {
        assertThat(new LogLikelihood().coefficient(0, 0.1, -4)).isEqualTo(-40);
        assertThat(new LogLikelihood().coefficient(7, 0.5, 1)).isEqualTo(2);
    }

    @Test
    void logarithmicSmoothingDampsWhatIsGoodAndTakesWhatIsBadWhole() {
        LogarithmicSmoothing smoothed = new LogarithmicSmoothing(0.5, 2);

        assertThat(smoothed.coefficient(2, 0.1, 4)).isEqualTo(8 / (1 + 0.5 * 8 / 2));
        assertThat(smoothed.coefficient(2, 0.1, -4)).isEqualTo(-8);
        assertThat(smoothed.coefficient(1e9, 0.1, 1)).isLessThan(4);
        assertThat(smoothed.coefficient(Double.NaN, 0.1, 1)).isNaN();
        assertThatThrownBy(() -> new LogarithmicSmoothing(0, 1))
                .hasMessage("smoothing and scale: found 0.0 and 1.0, expected both above 0");
    }

    private static Experiment parse(String objective) {
        return ExperimentLoader.parse(
                EXPERIMENT.replace("objective: {type: clippedIps, clipWeight: 5, entropy: 0.3}", objective),
                "test.yaml");
    }

    private static Objective objective(String objective) {
        return GradientSettings.of(parse(objective), REWARDS).objective();
    }

    @Test
    void anExperimentsTypeChoosesTheObjective() {
        assertThat(objective("objective: {type: ips}")).isEqualTo(new Ips());
        assertThat(objective("objective: {type: clippedIps, clipWeight: 7}")).isEqualTo(new ClippedIps(7));
        assertThat(objective("objective: {type: logLikelihood}")).isEqualTo(new LogLikelihood());
        assertThat(objective("objective: {type: logarithmicSmoothing, smoothing: 0.25}"))
                .isEqualTo(new LogarithmicSmoothing(0.25, 2.5));
        assertThat(objective("objective: {type: banditNet, translation: 0.5}")).isEqualTo(new Ips());
    }

    @Test
    void regularizersAreInUnitsOfTheRewardsDeviation() {
        GradientSettings settings = GradientSettings.of(
                parse("objective: {entropy: 0.3, klToBehaviour: 0.1, klToManual: 0.2, variancePenalty: 0.4}"), REWARDS);

        assertThat(settings)
                .isEqualTo(new GradientSettings(new Ips(), new Regularizers(0.75, 0.25, 0.5, 1, 0.4), REWARDS, 1, 2));
    }

    private static double baseline(String objective, RewardsSeen seen) {
        return Baselines.value(parse(objective).objective(), seen, REWARDS);
    }

    @Test
    void baselinesBeginAtTheFirstPassesMean() {
        RewardsSeen nothing = new RewardsSeen(0, 0, 0, 0);

        assertThat(baseline("objective: {baseline: runningMean}", nothing)).isEqualTo(0.25);
        assertThat(baseline("objective: {baseline: selfCritical}", nothing)).isEqualTo(0.25);
        assertThat(baseline("objective: {type: banditNet}", nothing)).isEqualTo(0.25);
        assertThat(baseline("objective: {baseline: none}", nothing)).isZero();
    }

    @Test
    void baselinesFollowWhatWasSeen() {
        RewardsSeen seen = new RewardsSeen(8, 4, 10, 30);

        assertThat(baseline("objective: {baseline: runningMean}", seen)).isEqualTo(0.5);
        assertThat(baseline("objective: {baseline: selfCritical}", seen)).isEqualTo(3);
        assertThat(baseline("objective: {type: banditNet}", seen)).isEqualTo(3);
        assertThat(baseline("objective: {type: banditNet, translation: 2}", seen))
                .isEqualTo(0.25 + 2 * 2.5);
        assertThat(baseline("objective: {baseline: none}", seen)).isZero();
    }
}
