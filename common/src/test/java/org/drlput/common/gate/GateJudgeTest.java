package org.drlput.common.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.gate.GateEvidence.GuardedOutcome;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.version.TestVersions;
import org.drlput.common.version.Version;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence about random policies on a market's log. */
class GateJudgeTest {
    private static final int ROWS = 30_000;
    private static final double ROUNDING = 1e-9;

    @TempDir
    static Path root;

    private static String yaml;
    private static List<Block> blocks;
    private static Version one;
    private static Version two;

    @BeforeAll
    static void publish() {
        yaml = new String(LogSimulator.defaultExperiment(), StandardCharsets.UTF_8)
                .replaceFirst("network: .*", "network: {hidden: [8]}")
                .replaceFirst(
                        "gate: .*",
                        "gate: {guardrails: [{maxFall: 0.5}, {outcome: long_click, maxFall: 0.5}, "
                                + "{segment: ctr_30d, maxFall: 0.5, prove: harm}]}");
        blocks = new ArrayList<>();
        MarketLog.of(Market.of(ExperimentLoader.parse(yaml, "test"), 3), 1)
                .holdout(ROWS)
                .forEach(blocks::add);
        one = version(1);
        two = version(2);
    }

    private static Version version(long number) {
        var tensors = ModelSpec.of(ExperimentLoader.parse(yaml, "test")).tensors();
        return Version.read(TestVersions.publish(root, yaml, TestVersions.initialWeights(tensors, number), 1, number));
    }

    private static GateEvidence judge(Version version, @org.jspecify.annotations.Nullable Version stable) {
        return new GateJudge(Kernels.named("plain"), EvaluationScope.HOLD_OUT).judge(version, stable, "a test", blocks);
    }

    private static Estimate gain(GateEvidence evidence, Baseline baseline) {
        return Objects.requireNonNull(evidence.gainOver(baseline));
    }

    private static double known(@org.jspecify.annotations.Nullable Double value) {
        return Objects.requireNonNull(value);
    }

    @Test
    void aPairedGainOverTheManualSettingIsThatOfTheEvaluation() {
        GateEvidence evidence = judge(one, null);
        assertThat(evidence.rows()).isEqualTo(ROWS);
        assertThat(evidence.stable()).isNull();
        Estimate paired = evidence.guardrails().get(0).change();
        Estimate evaluated = gain(evidence, Baseline.MANUAL);
        assertThat(evaluated.believable()).as(evaluated.toString()).isTrue();
        assertThat(known(paired.value())).isCloseTo(known(evaluated.value()), within(ROUNDING));
        assertThat(known(paired.low())).isCloseTo(known(evaluated.low()), within(ROUNDING));
        assertThat(paired.effectiveSampleSize()).isCloseTo(evaluated.effectiveSampleSize(), within(1e-6));
        assertThat(paired.rewardedRows()).isEqualTo(evaluated.rewardedRows());
    }

    @Test
    void aVersionGainsNothingOverItself() {
        Estimate gain = gain(judge(one, one), Baseline.STABLE);
        assertThat(known(gain.value())).isCloseTo(0, within(ROUNDING));
        // the square root of a rounding error
        assertThat(known(gain.high())).isCloseTo(0, within(1e-6));
    }

    @Test
    void aGainOverStableIsThatOfTheTwoValues() {
        PolicyEvaluator evaluator =
                PolicyEvaluator.of(one.experiment(), Kernels.named("plain"), EvaluationScope.HOLD_OUT, blocks);
        double first = snips(evaluator, one);
        double second = snips(evaluator, two);
        Estimate gain = gain(judge(one, two), Baseline.STABLE);
        assertThat(known(gain.value())).isCloseTo((first - second) / Math.abs(second), within(ROUNDING));
        assertThat(known(gain.low())).isLessThan(known(gain.value()));
    }

    private static double snips(PolicyEvaluator evaluator, Version version) {
        var estimates = Objects.requireNonNull(
                evaluator.evaluate(version, blocks).estimates().get("snips"));
        return known(estimates.value().value());
    }

    @Test
    void guardrailsLookAtOutcomesAndSegments() {
        List<GuardedOutcome> guarded = judge(one, two).guardrails();
        assertThat(guarded).extracting(GuardedOutcome::baseline).containsOnly(Baseline.STABLE);
        assertThat(guarded.get(1).outcome()).isEqualTo("long_click");
        // ten quantiles, and missing values
        List<GuardedOutcome> segments = guarded.subList(2, guarded.size());
        assertThat(segments).hasSize(11);
        assertThat(segments).extracting(GuardedOutcome::segment).containsOnly("ctr_30d");
        assertThat(segments.get(0).label()).startsWith("below ");
        assertThat(segments.get(10).label()).isEqualTo("missing");
        long matched = segments.stream()
                .mapToLong(segment -> segment.change().matchedRows())
                .sum();
        assertThat(matched).isPositive();
    }

    @Test
    void whatCanNotBeComparedIsSaid() {
        String other = yaml.replaceFirst("levels: \\[0, 0.1, 0.2, 0.4, 0.8\\]", "levels: [0, 0.1, 0.2, 0.4, 0.9]");
        assertThat(other).isNotEqualTo(yaml);
        var tensors = ModelSpec.of(ExperimentLoader.parse(other, "test")).tensors();
        Version stable = Version.read(TestVersions.publish(root, other, TestVersions.initialWeights(tensors, 5), 1, 5));
        assertThat(judge(one, stable).problem())
                .isEqualTo(
                        "stable (version 5) has other features or actions, so that it can not be judged by the same rows");
    }
}
