package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.VersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationTest {
    private static Evaluation evaluation() {
        List<Block> blocks = List.of(TestBlocks.random(4000, 1));
        return PolicyEvaluator.of(
                        TestBlocks.experiment("{segments: [{feature: ctr, quantiles: 4}, {feature: country}]}"),
                        Kernels.named("plain"),
                        EvaluationScope.HOLD_OUT,
                        blocks)
                .evaluate(
                        1500,
                        1500,
                        (block, rows, from, count, out) -> java.util.Arrays.fill(out, 1f / TestBlocks.ACTIONS),
                        blocks);
    }

    @Test
    void jsonHoldsAllOfIt() {
        Evaluation evaluation = evaluation();

        byte[] json = evaluation.toJson();

        assertThat(Evaluation.fromJson(json, "1500.json")).isEqualTo(evaluation);
        assertThat(new String(json, StandardCharsets.UTF_8))
                .startsWith("{\n  \"formatVersion\" : 1,\n  \"version\" : 1500,\n  \"step\" : 1500,\n")
                .contains("\"relativeGain\" : {\n    \"estimator\" : \"snips\",")
                .doesNotContain("NaN");
    }

    @Test
    void anEvaluationThatCouldNotBeMadeIsOneToo() {
        Evaluation failed = Evaluation.failed(7, 7, "weights-0.arrow: is missing: fetch the version again");

        Evaluation read = Evaluation.fromJson(failed.toJson(), "7.json");

        assertThat(read).isEqualTo(failed);
        assertThat(read.error()).isEqualTo("weights-0.arrow: is missing: fetch the version again");
        assertThat(read.relativeGain().believable()).isFalse();
        assertThat(read.relativeGain().value()).isNull();
        assertThat(read.diversity()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            not JSON;evaluation;7.json: is no evaluation: Unrecognized token 'evaluation': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
            empty;"";7.json: formatVersion is missing, expected 1: this evaluation is of another DRL-PUT
            another formatVersion;{'formatVersion': 2};7.json: formatVersion is 2, expected 1: this evaluation is of another DRL-PUT
            nothing else;{'formatVersion': 1};7.json: is no evaluation: Cannot map `null` into type `long` (set DeserializationConfig.DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES to 'false' to allow)
            no estimates;{'formatVersion': 1, 'version': 1, 'step': 1, 'rows': 0, 'manualAction': 0, 'seconds': 0};7.json: is no evaluation: a key is missing
            a key twice;{'formatVersion': 1, 'formatVersion': 1};7.json: is no evaluation: Duplicate field 'formatVersion'
            """)
    void whatIsNoEvaluationIsRefused(String name, String json, String message) {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Evaluation.fromJson(bytes, "7.json"))
                .as(name)
                .isInstanceOf(VersionException.class)
                .hasMessage(message);
    }
}
