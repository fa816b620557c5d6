package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.drlput.common.estimate.Evaluation.ActionShare;
import org.drlput.common.estimate.Evaluation.Distribution;
import org.drlput.common.estimate.Evaluation.SegmentEvaluation;
import org.drlput.common.estimate.Evaluation.ValueShare;
import org.drlput.common.estimate.EvaluationScope.Rows;
import org.drlput.common.estimate.EvaluationScope.Target;
import org.drlput.common.estimate.PolicyEvaluator.Scorer;
import org.drlput.common.estimate.TestBlocks.Row;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Policy;
import org.drlput.common.version.TestVersions;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyEvaluatorTest {
    private static final String NO_FLOORS = "{minEffectiveSampleSize: 0, minRewardedRows: 0, maxUnsupportedShare: 1}";

    @TempDir
    Path root;

    private final Kernels kernels = Kernels.named("plain");

    /** Action 3 where ctr is above 1/2, action 0 elsewhere, each with probability 3/4; the others share the rest. */
    private static final Scorer BY_CTR = (block, rows, from, count, out) -> {
        for (int i = 0; i < count; i++) {
            int greedy = block.numeric()[0][rows[from + i]] > 0.5 ? 3 : 0;
            for (int a = 0; a < TestBlocks.ACTIONS; a++) {
                out[i * TestBlocks.ACTIONS + a] = a == greedy ? 0.75f : 0.05f;
            }
        }
    };

    private Evaluation evaluate(String evaluation, EvaluationScope scope, Scorer scorer, List<Block> blocks) {
        Experiment experiment = TestBlocks.experiment(evaluation);
        return PolicyEvaluator.of(experiment, kernels, scope, blocks).evaluate(5, 5, scorer, blocks);
    }

    private Evaluation evaluate(String evaluation, Row... rows) {
        return evaluate(evaluation, EvaluationScope.HOLD_OUT, BY_CTR, List.of(TestBlocks.block(List.of(rows))));
    }

    @Test
    void aVersionIsJudgedByTheRowsThatWereHeldOut() {
        Version version = Version.read(TestVersions.publish(root, 2, 1500));
        List<Block> blocks = List.of(TestBlocks.random(3000, 1), TestBlocks.random(700, 2));
        PolicyEvaluator evaluator = PolicyEvaluator.of(version.experiment(), kernels, EvaluationScope.HOLD_OUT, blocks);

        Evaluation evaluation = evaluator.evaluate(version, blocks);

        Policy policy = Policy.of(version, kernels, 100);
        long matched = 0;
        long rows = 0;
        for (Block block : blocks) {
            int[] greedy = policy.greedy(block);
            for (int i = 0; i < block.rowCount(); i++) {
                boolean heldOut = block.rowState()[i] == Block.HELD_OUT;
                rows += heldOut ? 1 : 0;
                matched += heldOut && greedy[i] == block.actionId()[i] ? 1 : 0;
            }
        }
        assertThat(evaluation.rows()).isEqualTo(rows);
        assertThat(evaluation.version()).isEqualTo(1500);
        assertThat(evaluation.policy()).isEqualTo("greedy");
        assertThat(evaluation.relativeGain().estimator()).isEqualTo("snips");
        assertThat(evaluation.relativeGain().matchedRows()).isEqualTo(matched);
        assertThat(evaluation.relativeGain().believable()).isTrue();
        assertThat(evaluation.segments()).hasSize(4 + 1 + 3);
        assertThat(evaluation.manualAction()).isEqualTo(TestBlocks.MANUAL);
    }

    @Test
    void estimatesOfAGreedyPolicyByHand() {
        Evaluation evaluation = evaluate(
                NO_FLOORS,
                Row.heldOut(0.9f, 3, 0.5, 4),
                Row.heldOut(0.9f, 2, 0.25, 1),
                Row.heldOut(0.1f, 0, 0.25, 2),
                Row.heldOut(0.1f, 1, 0.5, 1));

        // matched: 4 with ρ = 2, 2 with ρ = 4
        assertThat(estimates(evaluation, "ips").value().value()).isEqualTo((2 * 4 + 4 * 2) / 4.0);
        assertThat(estimates(evaluation, "snips").value().value()).isEqualTo(16 / 6.0);
        assertThat(evaluation.behaviourValue().value()).isEqualTo(2);
        assertThat(estimates(evaluation, "snips").manualValue().matchedRows()).isEqualTo(1);
        assertThat(evaluation.diversity()).isEqualTo(0.5);
        assertThat(evaluation.actions()).containsExactly(new ActionShare(0, 2), new ActionShare(3, 2));
        // actions 0 and 3: w_click 0 and 0.1, reserve 0 and 10
        assertThat(evaluation.hyperparameters())
                .isEqualTo(Map.of(
                        "w_click",
                        new Distribution(
                                0.05, List.of(new ValueShare(0, 2), new ValueShare(0.1, 2), new ValueShare(0.3, 0))),
                        "reserve",
                        new Distribution(5, List.of(new ValueShare(0, 2), new ValueShare(10, 2)))));
    }

    private static PolicyEstimates estimates(Evaluation evaluation, String name) {
        PolicyEstimates estimates = evaluation.estimates().get(name);
        assertThat(evaluation.estimates().keySet())
                .containsExactly("ips", "clippedIps", "snips", "dm", "dr", "clippedDr", "sndr", "switchDr", "drOs");
        return java.util.Objects.requireNonNull(estimates);
    }

    @Test
    void theStochasticPolicyIsWeighedByItsProbabilities() {
        List<Block> blocks =
                List.of(TestBlocks.block(List.of(Row.heldOut(0.9f, 3, 0.5, 4), Row.heldOut(0.1f, 4, 0.05, 2))));
        EvaluationScope scope = new EvaluationScope(Rows.HELD_OUT, Target.STOCHASTIC);

        Evaluation evaluation = evaluate(NO_FLOORS, scope, BY_CTR, blocks);

        // ρ: 0.75 / 0.5 and 0.05 / 0.05, probabilities being float32
        assertThat(estimates(evaluation, "ips").value().value())
                .isCloseTo((1.5 * 4 + 2) / 2, org.assertj.core.api.Assertions.within(1e-7));
        assertThat(evaluation.policy()).isEqualTo("stochastic");
        assertThat(evaluation.relativeGain().matchedRows()).isEqualTo(2);
        assertThat(evaluation.diversity()).as("of the greedy actions").isEqualTo(0.5);
    }

    @Test
    void onAnyLogAllRowsCountButTheRejectedOnes() {
        List<Row> rows = List.of(
                new Row(Block.TRAIN, 0.9f, 0, 3, 0.5, 1),
                new Row(Block.HELD_OUT, 0.9f, 0, 3, 0.5, 1),
                new Row(Block.REJECTED, Float.NaN, 0, -7, Double.NaN, Double.NaN),
                new Row(Block.TRAIN, 0.1f, 0, 3, 0.5, 1));
        List<Block> blocks = List.of(TestBlocks.block(rows));

        assertThat(evaluate(NO_FLOORS, EvaluationScope.WHOLE_LOG, BY_CTR, blocks)
                        .rows())
                .isEqualTo(3);
        assertThat(evaluate(NO_FLOORS, EvaluationScope.HOLD_OUT, BY_CTR, blocks).rows())
                .isEqualTo(1);
    }

    /** Where actions were drawn uniformly: how many rows matched is luck, and no log is believed for it. */
    @Test
    void theFloorGoesByTheSampleSizeThatIsToBeExpected() {
        Row[] rows = new Row[60];
        for (int i = 0; i < rows.length; i++) {
            // a ctr of 0: the policy takes action 0, which 8 of 60 rows have, of 6 actions
            int action = i < 8 ? 0 : 1 + i % 5;
            rows[i] = Row.heldOut(0, action, 1.0 / TestBlocks.ACTIONS, 1 + i % 3);
        }

        Estimate believed = value(evaluate("{minEffectiveSampleSize: 10, minRewardedRows: 0}", rows));
        assertThat(believed.believable()).as(believed.toString()).isTrue();
        assertThat(believed.effectiveSampleSize()).isCloseTo(8, within(1e-9));
        assertThat(value(evaluate("{minEffectiveSampleSize: 10.5, minRewardedRows: 0}", rows))
                        .reason())
                .isEqualTo("expected effective sample size 10 is below 10.5");
        // of other propensities that of actions which were not taken is not known
        rows[0] = Row.heldOut(0, 0, 0.5, 1);
        assertThat(value(evaluate("{minEffectiveSampleSize: 10, minRewardedRows: 0}", rows))
                        .reason())
                .startsWith("effective sample size 7.");
    }

    private static Estimate value(Evaluation evaluation) {
        return Objects.requireNonNull(evaluation.estimates().get("snips")).value();
    }

    @Test
    void moreRowsThanABatchAreJudgedInTheirOrder() {
        List<Block> blocks = List.of(TestBlocks.random(5000, 3), TestBlocks.random(1, 4), TestBlocks.random(2000, 5));
        Experiment experiment = TestBlocks.experiment(NO_FLOORS);
        PolicyEvaluator evaluator =
                PolicyEvaluator.of(experiment, kernels, EvaluationScope.HOLD_OUT, blocks, RewardModel.none());

        Evaluation evaluation = evaluator.evaluate(5, 5, BY_CTR, blocks);

        LoggedRows expected = new LoggedRows(Estimators.all(evaluation.rows()), 2, LoggedRows.Intervals.ALL);
        for (Block block : blocks) {
            for (int i = 0; i < block.rowCount(); i++) {
                if (block.rowState()[i] == Block.HELD_OUT) {
                    int greedy = block.numeric()[0][i] > 0.5 ? 3 : 0;
                    int action = block.actionId()[i];
                    double weight = 1 / block.propensity()[i];
                    double reward = block.outcomes()[0][i];
                    ScoredRow.addTo(
                            expected,
                            new ScoredRow(reward, action == greedy ? weight : 0, 0, 0),
                            new ScoredRow(reward, action == TestBlocks.MANUAL ? weight : 0, 0, 0));
                }
            }
        }
        Judge judge = new Judge(experiment.evaluation(), false);
        assertThat(evaluation.estimates()).isEqualTo(judge.estimates(new Measured(expected, new double[2])));
    }

    @Test
    void segmentsByQuantilesHoldEqualShares() {
        Row[] rows = new Row[1000];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Row.heldOut(i * 37 % 1000 / 1000f, i % 6, 1 / 6.0, 1 + i % 3);
        }

        Evaluation evaluation = evaluate("{segments: [{feature: ctr, quantiles: 4}]}", rows);

        assertThat(evaluation.segments()).extracting(SegmentEvaluation::rows).containsExactly(250L, 250L, 250L, 250L);
        assertThat(evaluation.segments())
                .extracting(SegmentEvaluation::label)
                .containsExactly("below 0.25", "0.25 to 0.5", "0.5 to 0.75", "0.75 and above");
        assertThat(evaluation.segments()).extracting(SegmentEvaluation::from).containsExactly(null, 0.25, 0.5, 0.75);
        assertThat(evaluation.segments()).extracting(SegmentEvaluation::to).containsExactly(0.25, 0.5, 0.75, null);
        assertThat(evaluation.segments().get(0).hyperparameters()).isEqualTo(Map.of("w_click", 0.0, "reserve", 0.0));
        assertThat(evaluation.segments().get(3).hyperparameters()).isEqualTo(Map.of("w_click", 0.1, "reserve", 10.0));
        assertThat(evaluation.segments().get(3).diversity()).isEqualTo(1);
        assertThat(evaluation.segments().get(0).relativeGain().reason())
                .matches("(expected )?effective sample size [\\d.]+ is below 100");
        assertThat(evaluation.segments().get(0).behaviourValue().believable()).isTrue();
    }

    @Test
    void equalValuesAreNotTornApartAndMissingOnesHaveTheirOwnSegment() {
        Row[] rows = new Row[100];
        for (int i = 0; i < rows.length; i++) {
            float ctr = i < 60 ? 0 : i < 90 ? i / 100f : Float.NaN;
            rows[i] = Row.heldOut(ctr, i % 6, 1 / 6.0, 1);
        }

        Evaluation evaluation = evaluate("{segments: [{feature: ctr, quantiles: 10}]}", rows);

        // of 90 values two thirds are 0: the bounds at 10 % to 60 % fall together and on the least value
        assertThat(evaluation.segments())
                .extracting(segment -> segment.label() + ": " + segment.rows())
                .containsExactly(
                        "below 0.63: 63", "0.63 to 0.72: 9", "0.72 to 0.81: 9", "0.81 and above: 9", "missing: 10");
    }

    @Test
    void aFeatureOfOneValueIsOneSegment() {
        Evaluation evaluation = evaluate(
                "{segments: [{feature: ctr, quantiles: 4}]}",
                Row.heldOut(0.25f, 0, 0.5, 1),
                Row.heldOut(0.25f, 1, 0.5, 1));

        assertThat(evaluation.segments()).extracting(SegmentEvaluation::label).containsExactly("all");
    }

    @Test
    void segmentsByCategoryHaveTheWordsOfTheVocabulary() {
        Evaluation evaluation = evaluate(
                "{segments: [{feature: country}]}",
                new Row(Block.HELD_OUT, 0, 0, 0, 0.5, 1),
                new Row(Block.HELD_OUT, 0, 2, 0, 0.5, 1),
                new Row(Block.HELD_OUT, 0, 2, 0, 0.5, 1));

        assertThat(evaluation.segments())
                .extracting(segment -> segment.feature() + " " + segment.label() + ": " + segment.rows())
                .containsExactly("country us: 1", "country other or missing: 2");
    }

    @Test
    void boundsAreThoseOfTheJudgedRowsAlone() {
        Row train = new Row(Block.TRAIN, 1000, 0, 0, 0.5, 1);
        Evaluation evaluation = evaluate(
                "{segments: [{feature: ctr, quantiles: 2}]}",
                train,
                Row.heldOut(1, 0, 0.5, 1),
                Row.heldOut(2, 0, 0.5, 1),
                train);

        assertThat(evaluation.segments())
                .extracting(SegmentEvaluation::label)
                .containsExactly("below 2", "2 and above");
    }

    @Test
    void noRowsAreAnEvaluationWithoutEstimates() {
        Evaluation evaluation = evaluate("{segments: [{feature: ctr, quantiles: 2}, {feature: country}]}");

        assertThat(evaluation.rows()).isZero();
        assertThat(evaluation.error()).isNull();
        assertThat(evaluation.diversity()).isNull();
        assertThat(evaluation.relativeGain().reason()).isEqualTo("0 rows have no interval");
        assertThat(evaluation.behaviourValue().reason()).isEqualTo("0 rows have no interval");
        assertThat(evaluation.actions()).isEmpty();
        assertThat(evaluation.segments()).isEmpty();
        assertThat(Evaluation.fromJson(evaluation.toJson(), "5.json")).isEqualTo(evaluation);
    }

    @Test
    void probabilitiesThatAreNotFiniteAreRefusedWithTheirRow() {
        List<Block> blocks = List.of(TestBlocks.random(3, 1), TestBlocks.block(List.of(Row.heldOut(0, 0, 0.5, 1))));
        Scorer broken =
                (block, rows, from, count, out) -> java.util.Arrays.fill(out, block.rowCount() == 1 ? Float.NaN : 0.1f);

        assertThatThrownBy(() -> evaluate(NO_FLOORS, EvaluationScope.HOLD_OUT, broken, blocks))
                .isInstanceOf(VersionException.class)
                .hasMessage("block 1, row 0: the policy's probabilities are NaN: use another version");
    }

    @Test
    void rowsThatNoLogReaderLetsPassAreRefused() {
        assertThatThrownBy(() -> evaluate(NO_FLOORS, Row.heldOut(0, 0, 0.5, Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "block 0, row 0: propensity 0.5, reward NaN: expected a propensity in (0, 1] and a finite reward");
        assertThatThrownBy(() -> evaluate(NO_FLOORS, Row.heldOut(0, 0, 0.5, 1), Row.heldOut(0, 0, 0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "block 0, row 1: propensity 0.0, reward 1.0: expected a propensity in (0, 1] and a finite reward");
    }

    @Test
    void aVersionOfOtherFeaturesOrActionsIsRefused() {
        Version version = Version.read(TestVersions.publish(root, 1, 1500));
        String other = TestVersions.YAML.replace("levels: [0, 10]", "levels: [0, 20]");
        PolicyEvaluator evaluator = PolicyEvaluator.of(
                ExperimentLoader.parse(other, "other.yaml"), kernels, EvaluationScope.HOLD_OUT, List.of());

        assertThatThrownBy(() -> evaluator.evaluate(version, List.of()))
                .isInstanceOf(VersionException.class)
                .hasMessage("version 1500: has other features or actions than experiment 'test'");
    }

    @Test
    void anotherEstimatorCanBeTheHeadline() {
        Evaluation evaluation = evaluate("{headline: ips}", Row.heldOut(0, 0, 0.5, 1), Row.heldOut(0, 0, 0.5, 1));

        assertThat(evaluation.relativeGain().estimator()).isEqualTo("ips");
        assertThat(evaluation.relativeGain())
                .isEqualTo(estimates(evaluation, "ips").relativeGain());
    }
}
