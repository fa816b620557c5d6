package org.drlput.common.gate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.estimate.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * What logged rows say of a version: all that the gate decides by. Nothing in it was decided yet.
 *
 * @param weightsSha256 of the version, so that this can not be taken for evidence of another one
 * @param stable the version that was {@code stable}, and was judged by the same rows; null: there was none
 * @param source which rows, in words
 * @param problem why it could not be judged; then the rest is empty. Null where it could
 * @param diversity share of the most frequent greedy action; null without rows
 * @param topAction that action; -1 without rows
 * @param topHyperparameters of that action
 * @param comparisons Relative Gain of the version's greedy policy over each baseline
 * @param guardrails what became of the outcomes that the experiment guards
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record GateEvidence(
        int formatVersion,
        long version,
        String weightsSha256,
        @Nullable Long stable,
        String source,
        long rows,
        @Nullable String problem,
        @Nullable Double diversity,
        int topAction,
        Map<String, Double> topHyperparameters,
        List<Comparison> comparisons,
        List<GuardedOutcome> guardrails) {

    public static final int FORMAT_VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public GateEvidence {
        List<String> missing = new ArrayList<>();
        require(weightsSha256, "weightsSha256", missing);
        require(source, "source", missing);
        require(topHyperparameters, "topHyperparameters", missing);
        require(comparisons, "comparisons", missing);
        require(guardrails, "guardrails", missing);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("is no evidence of the gate: without " + String.join(", ", missing));
        }
        topHyperparameters = Collections.unmodifiableMap(new LinkedHashMap<>(topHyperparameters));
        comparisons = List.copyOf(comparisons);
        guardrails = List.copyOf(guardrails);
    }

    private static void require(@Nullable Object value, String key, List<String> missing) {
        if (value == null) {
            missing.add(key);
        }
    }

    /** What a version is compared with. */
    public enum Baseline {
        /** What made the log: exploration traffic. */
        @JsonProperty("behaviour")
        BEHAVIOUR("exploration traffic"),
        /** The experiment's production setting, for every request. */
        @JsonProperty("manual")
        MANUAL("the manual setting"),
        @JsonProperty("stable")
        STABLE("stable");

        private final String words;

        Baseline(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** {@code gain}: (V − V(baseline)) / |V(baseline)|, by the same rows. */
    public record Comparison(Baseline baseline, Estimate gain) {}

    /**
     * One outcome in all rows, or in one segment.
     *
     * @param outcome null: the reward
     * @param segment the feature; null: all rows
     * @param label of the segment
     * @param baseline {@code stable}, or the manual setting while there is none
     * @param change (mean − mean of the baseline) / |mean of the baseline|
     */
    public record GuardedOutcome(
            @Nullable String outcome,
            @Nullable String segment,
            @Nullable String label,
            Baseline baseline,
            Estimate change) {
        /** As messages call it. */
        String words() {
            String what = outcome == null ? "reward" : outcome;
            return segment == null ? what : "%s where %s is %s".formatted(what, segment, label);
        }
    }

    /** Of a version that can not be read or scored: the gate holds it. */
    public static GateEvidence unusable(
            long version, String weightsSha256, @Nullable Long stable, String source, String problem) {
        return new GateEvidence(
                FORMAT_VERSION,
                version,
                weightsSha256,
                stable,
                source,
                0,
                problem,
                null,
                -1,
                Map.of(),
                List.of(),
                List.of());
    }

    /** The gain over a baseline; null where it was not judged. */
    @Nullable
    Estimate gainOver(Baseline baseline) {
        return comparisons.stream()
                .filter(comparison -> comparison.baseline() == baseline)
                .map(Comparison::gain)
                .findFirst()
                .orElse(null);
    }

    /** As it will be read: equal to what {@link #of} was given. */
    public JsonNode toTree() {
        try {
            return JSON.readTree(JSON.writeValueAsBytes(this));
        } catch (IOException e) {
            throw new IllegalStateException("evidence can be written and read", e);
        }
    }

    /** @throws IllegalArgumentException where it is none */
    public static GateEvidence of(JsonNode tree) {
        try {
            GateEvidence evidence = JSON.treeToValue(tree, GateEvidence.class);
            if (evidence == null || evidence.formatVersion() != FORMAT_VERSION) {
                throw new IllegalArgumentException("is no evidence of the gate of format " + FORMAT_VERSION);
            }
            return evidence;
        } catch (IOException e) {
            String cause = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new IllegalArgumentException("is no evidence of the gate: " + cause, e);
        }
    }
}
