package org.drlput.common.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.Policy;
import org.drlput.common.version.TestVersions;
import org.drlput.common.version.Version;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private static final Optional<Candidate> NONE = Optional.empty();

    private static Evaluation evaluation(long version, double value, double low) {
        return evaluation(version, new Estimate("snips", value, low, 2 * value - low, 200, 200, 50, 10, true));
    }

    private static Evaluation unjudged(long version) {
        return evaluation(version, new Estimate("snips", null, null, null, 3, 3, 0, 10, 0, false, "too few", Map.of()));
    }

    private static Evaluation evaluation(long version, Estimate estimate) {
        PolicyEstimates estimates = new PolicyEstimates(estimate, estimate, estimate, estimate);
        return new Evaluation(
                1,
                version,
                version * 100,
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
                0);
    }

    private static Candidate chosen(Selection selection) {
        return Objects.requireNonNull(selection.chosen());
    }

    private static Optional<Candidate> fixed(double value, double low) {
        return Optional.of(new Candidate(null, null, 4, value, low, 2 * value - low, 300));
    }

    @Test
    void theVersionWithTheGreatestLowerBoundIsChosenNotTheOneWithTheGreatestValue() {
        Selection selection = Selection.of(
                List.of(evaluation(1, 3.0, 2.5), evaluation(2, 3.4, 2.2), evaluation(3, 2.9, 2.4)), fixed(2.5, 2.4));

        assertThat(selection.chosen()).isEqualTo(selection.bestVersion());
        assertThat(chosen(selection).version()).isEqualTo(1);
        assertThat(selection.fallsBack()).isFalse();
        assertThat(selection.reason())
                .isEqualTo("version 1 has the greatest lower bound, 2.500; the best single action, 4, has 2.400");
    }

    @Test
    void ofEqualVersionsTheLaterIsChosen() {
        Selection selection = Selection.of(List.of(evaluation(1, 3.0, 2.5), evaluation(2, 3.0, 2.5)), NONE);

        assertThat(chosen(selection).version()).isEqualTo(2);
        assertThat(selection.reason())
                .isEqualTo("version 2 has the greatest lower bound, 2.500; no single action can be judged");
    }

    @Test
    void oneActionForEverybodyIsChosenWhereNoVersionIsSeenToBeBetter() {
        Selection selection = Selection.of(List.of(evaluation(1, 3.6, 2.9)), fixed(3.5, 3.2));

        assertThat(selection.fallsBack()).isTrue();
        assertThat(chosen(selection).action()).isEqualTo(4);
        assertThat(selection.reason())
                .isEqualTo("no version is seen to be better than action 4 for everybody, whose lower bound is 3.200;"
                        + " version 1 has 2.900");
    }

    @Test
    void aVersionIsJudgedByTheBetterOfHoldOutAndUnseenRows() {
        Candidate unseen = new Candidate(2L, 200L, null, 3.0, 2.6, 3.4, 500);

        Selection selection =
                Selection.of(List.of(evaluation(1, 3.0, 2.5), unjudged(2)), List.of(unseen), fixed(2.5, 2.4));

        assertThat(selection.chosen()).isEqualTo(unseen);
        assertThat(selection.judgedVersions()).isEqualTo(2);
    }

    @Test
    void versionsThatCouldNotBeJudgedAreNotChosen() {
        Selection selection = Selection.of(List.of(unjudged(1), Evaluation.failed(2, 200, "broken")), fixed(1.5, 1.25));

        assertThat(selection.judgedVersions()).isZero();
        assertThat(selection.versions()).isEqualTo(2);
        assertThat(selection.reason())
                .isEqualTo("no version can be judged: action 4 for everybody has a lower bound of 1.250");
    }

    @Test
    void whereNothingCanBeJudgedNothingIsChosen() {
        Selection selection = Selection.of(List.of(unjudged(1)), NONE);

        assertThat(selection.chosen()).isNull();
        assertThat(selection.fallsBack()).isFalse();
        assertThat(selection.reason()).isEqualTo("too few rows match: neither a version nor an action can be judged");
        assertThat(new String(selection.toJson(), StandardCharsets.UTF_8))
                .contains("\"chosen\" : null", "\"judgedVersions\" : 0");
    }

    @Test
    void trainingEndsWhenTheBestBoundIsAsOldAsPatienceAllows() {
        EarlyStop stop = new EarlyStop(2);
        List<Evaluation> run = List.of(
                evaluation(1, 3.0, 2.0),
                unjudged(2),
                evaluation(3, 3.0, 2.5),
                evaluation(4, 3.5, 2.4),
                evaluation(5, 3.5, 2.5));

        for (int versions = 0; versions <= 4; versions++) {
            assertThat(stop.stops(run.subList(0, versions))).isFalse();
        }
        assertThat(stop.stops(run)).isTrue();
        assertThat(stop.stopsAfter(run)).hasValue(5);
        assertThat(stop.stopsAfter(run.subList(0, 4))).isEmpty();
        assertThat(new EarlyStop(0).stops(run)).isFalse();
    }

    @Test
    void negativePatienceIsRefused() {
        assertThatThrownBy(() -> new EarlyStop(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("patience: found -1, expected 0 or more versions");
    }

    @Test
    void aConstantPolicyTakesItsActionWhateverTheState() {
        Experiment experiment = TestVersions.experiment();
        ModelSpec model = ModelSpec.of(experiment);
        Parameters weights = new Parameters(model.tensors());
        for (int t = 0; t < model.tensors().size(); t++) {
            Initializer.fill(model.tensors().get(t), 0, weights.values(t), 7);
        }
        Map<String, NumericStatistics> statistics = TestVersions.statistics(experiment);
        Manifest manifest =
                new Manifest(1, 9, 9, null, "run", "", 0, null, new Manifest.Rows(0, 0, 0), "plain", "", "", List.of());
        Version version =
                new Version(manifest, experiment, model, ActionSpace.of(experiment.actions()), statistics, weights);

        Policy policy = Policy.of(ConstantPolicy.of(version, 4), Kernels.best(), 1);

        for (float ctr = -100; ctr <= 100; ctr += 50) {
            assertThat(policy.decide(Map.of("ctr", ctr, "hour", 3, "country", "de"))
                            .actionId())
                    .isEqualTo(4);
        }
        assertThatThrownBy(() -> ConstantPolicy.of(version, 6)).hasMessage("action: found 6, expected 0 to 5");
    }
}
