package org.drlput.common.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.version.TestVersions;
import org.drlput.common.version.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that say nothing, or nothing that can be believed: the gate holds, and says why. */
class GateHardCasesTest {
    private static final String YAML = """
            formatVersion: 1
            name: hard
            features: [{name: ctr_30d, type: numeric}]
            actions: {hyperparameters: [{name: w_click, levels: LEVELS, production: 1}]}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            network: {hidden: [4]}
            evaluation: {headline: HEADLINE}
            """;

    @TempDir
    Path root;

    private String yaml = YAML.replace("LEVELS", "[0, 1]").replace("HEADLINE", "snips");

    private List<Block> logged(int rows) {
        Experiment experiment = ExperimentLoader.parse(yaml, "test");
        List<Block> blocks = new ArrayList<>();
        MarketLog.of(Market.of(experiment, 3), 1).holdout(rows).forEach(blocks::add);
        return blocks;
    }

    private List<Block> logged(int rows, double reward) {
        List<Block> blocks = logged(rows);
        blocks.forEach(block -> Arrays.fill(block.outcomes()[0], reward));
        return blocks;
    }

    private GateEvidence evidence(List<Block> blocks) {
        var tensors = ModelSpec.of(ExperimentLoader.parse(yaml, "test")).tensors();
        Version version = Version.read(TestVersions.publish(root, yaml, TestVersions.initialWeights(tensors, 1), 1, 1));
        return new GateJudge(Kernels.named("plain"), EvaluationScope.HOLD_OUT).judge(version, null, "a test", blocks);
    }

    private String held(List<Block> blocks) {
        GateDecision decision =
                GateRules.decide(ExperimentLoader.parse(yaml, "test").versions().gate(), evidence(blocks));
        assertThat(decision.passes()).as(decision.toString()).isFalse();
        return decision.reason();
    }

    @Test
    void tenRowsAreNoEvidence() {
        assertThat(held(logged(10)))
                .contains(
                        "the gain over exploration traffic is not known: expected effective sample size 5 is below 100");
    }

    @Test
    void noRowIsNoEvidence() {
        assertThat(held(List.of()))
                .startsWith("Diversity is not known: there is no row to judge by; ")
                .contains("the gain over exploration traffic is not known: 0 rows have no interval");
    }

    @Test
    void whereNothingEverEarnsNothingIsKnown() {
        assertThat(held(logged(5000, 0)))
                .contains(
                        "the gain over exploration traffic is not known: 0 matched rows with a reward, expected at least 20")
                .contains("the gain over the manual setting is not known: ");
    }

    @Test
    void whereEverythingEarnsTheSameNothingIsBetter() {
        for (String headline : List.of("snips", "dr", "sndr")) {
            yaml = YAML.replace("LEVELS", "[0, 1]").replace("HEADLINE", headline);
            assertThat(held(logged(5000, 2)))
                    .as(headline)
                    .contains(
                            "gain over exploration traffic 0.00 % (0.00 % to 0.00 %): its lower bound is not above 0 %");
        }
    }

    @Test
    void ofOneActionThereIsNothingToLearn() {
        yaml = YAML.replace("LEVELS", "[1]").replace("HEADLINE", "snips");
        assertThatThrownBy(() -> logged(5000))
                .hasMessageContaining("actions.hyperparameters[0].levels: found 1 level, expected at least 2");
    }

    @Test
    void ofTwoActionsHalfOfTheRowsSpeak() {
        Estimate gain = Objects.requireNonNull(evidence(logged(5000)).gainOver(Baseline.BEHAVIOUR));
        assertThat(gain.believable()).as(gain.toString()).isTrue();
        assertThat(gain.matchedRows()).isBetween(2300L, 2700L);
        assertThat(gain.largestWeight()).isEqualTo(2);
    }

    @Test
    void whatIsNotANumberIsRefusedWithItsRow() {
        List<Block> blocks = logged(5000);
        blocks.get(0).outcomes()[0][7] = Double.NaN;
        assertThatThrownBy(() -> evidence(blocks))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "block 0, row 7: propensity 0.5, reward NaN: expected a propensity in (0, 1] and a finite reward");
    }
}
