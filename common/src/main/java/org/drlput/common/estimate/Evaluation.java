package org.drlput.common.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code evaluations/<version>.json}: what the hold-out says of a version, written once.
 *
 * @param policy {@code greedy} or {@code stochastic}
 * @param error why there is no evaluation; then all that follows it is empty, and no estimate
 *     believable. Null where there is one
 * @param rows that were judged
 * @param diversity share of the most frequent greedy action; null without rows
 * @param relativeGain of the policy over the behaviour policy, by the estimator that the experiment names as its headline
 * @param behaviourValue mean reward of the rows
 * @param manualAction the experiment's production setting
 * @param estimates of the reward, by estimator
 * @param outcomes of each outcome by itself, by the headline estimator
 * @param actions that the greedy policy takes, by id
 * @param hyperparameters of the greedy policy, by name
 * @param segments those that have rows, in the experiment's order, values ascending, missing ones last
 * @param seconds that it took
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Evaluation(
        int formatVersion,
        long version,
        long step,
        String policy,
        @Nullable String error,
        long rows,
        @Nullable Double diversity,
        Estimate relativeGain,
        Estimate behaviourValue,
        int manualAction,
        Map<String, PolicyEstimates> estimates,
        Map<String, PolicyEstimates> outcomes,
        List<ActionShare> actions,
        Map<String, Distribution> hyperparameters,
        List<SegmentEvaluation> segments,
        double seconds) {

    public Evaluation {
        // absent in files of before there were any
        outcomes = outcomes == null ? Map.of() : outcomes;
    }

    static final int FORMAT_VERSION = 1;

    /** How many rows' greedy action this is. */
    public record ActionShare(int action, long rows) {}

    /** Of one hyperparameter over the rows: its mean, and how often it takes each of its values, ascending. */
    public record Distribution(double mean, List<ValueShare> values) {}

    public record ValueShare(double value, long rows) {}

    /**
     * The rows of one segment.
     *
     * @param from the least value of a segment of numbers, {@code to} the one below which it ends; null where open, and of
     *     categories
     * @param hyperparameters mean of each over the segment's greedy actions
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record SegmentEvaluation(
            String feature,
            String label,
            @Nullable Double from,
            @Nullable Double to,
            long rows,
            double diversity,
            Estimate relativeGain,
            Estimate behaviourValue,
            Map<String, PolicyEstimates> estimates,
            Map<String, PolicyEstimates> outcomes,
            Map<String, Double> hyperparameters) {}

    /** An evaluation that could not be made: written all the same, because the end of the run waits for one. */
    public static Evaluation failed(long version, long step, String cause) {
        return new Evaluation(
                FORMAT_VERSION,
                version,
                step,
                "greedy",
                cause,
                0,
                null,
                Estimate.none(cause),
                Estimate.none(cause),
                -1,
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                List.of(),
                0);
    }

    /** The bytes of the file. */
    public byte[] toJson() {
        return EvaluationFile.bytes(this);
    }

    /**
     * The evaluation in the bytes of its file; {@code source} is what messages call it.
     *
     * @throws org.drlput.common.version.VersionException where it is none of this format
     */
    public static Evaluation fromJson(byte[] json, String source) {
        return EvaluationFile.parse(json, source);
    }
}
