package org.drlput.common.estimate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.drlput.common.version.VersionException;

/** An evaluation, or a comparison, as JSON. */
final class EvaluationFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

    private EvaluationFile() {}

    static byte[] bytes(Object evaluation) {
        try {
            return JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(LINES))
                    .writeValueAsBytes(evaluation);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("evaluation " + evaluation, e);
        }
    }

    static Evaluation parse(byte[] json, String source) {
        try {
            JsonNode tree = JSON.readTree(json);
            JsonNode formatVersion = tree.path("formatVersion");
            if (formatVersion.asLong() != Evaluation.FORMAT_VERSION) {
                throw new VersionException("%s: formatVersion is %s, expected %d: this evaluation is of another DRL-PUT"
                        .formatted(
                                source,
                                formatVersion.isMissingNode() ? "missing" : formatVersion,
                                Evaluation.FORMAT_VERSION));
            }
            Evaluation evaluation = JSON.treeToValue(tree, Evaluation.class);
            if (evaluation.relativeGain() == null
                    || evaluation.behaviourValue() == null
                    || evaluation.estimates() == null
                    || evaluation.actions() == null
                    || evaluation.hyperparameters() == null
                    || evaluation.segments() == null
                    || evaluation.policy() == null) {
                throw new VersionException("%s: is no evaluation: a key is missing".formatted(source));
            }
            return evaluation;
        } catch (JsonProcessingException e) {
            throw new VersionException("%s: is no evaluation: %s".formatted(source, e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new VersionException("%s: is no evaluation: %s".formatted(source, e), e);
        }
    }
}
