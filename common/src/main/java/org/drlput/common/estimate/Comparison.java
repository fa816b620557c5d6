package org.drlput.common.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * Two versions judged by the same rows.
 *
 * @param first the one that is asked about
 * @param second the one that it is compared with
 * @param headline name of the experiment's headline estimator
 * @param rows that were judged
 * @param estimates of the reward, by estimator
 * @param outcomes of each outcome by itself, by the headline estimator
 * @param segments those that have rows, in the experiment's order
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Comparison(
        int formatVersion,
        long first,
        long second,
        String headline,
        long rows,
        Map<String, PairedEstimates> estimates,
        Map<String, PairedEstimates> outcomes,
        List<SegmentComparison> segments) {
    static final int FORMAT_VERSION = 1;

    /** The same of one segment's rows. */
    public record SegmentComparison(
            String feature,
            String label,
            long rows,
            Map<String, PairedEstimates> estimates,
            Map<String, PairedEstimates> outcomes) {}

    /** What an estimator says of the reward. @throws IllegalArgumentException where there is none of this name */
    public PairedEstimates by(String estimator) {
        PairedEstimates found = estimates.get(estimator);
        if (found == null) {
            throw new IllegalArgumentException(
                    "estimator '%s': expected one of %s".formatted(estimator, String.join(", ", estimates.keySet())));
        }
        return found;
    }

    /** What the headline estimator says of the reward. */
    public PairedEstimates reward() {
        return by(headline);
    }

    public byte[] toJson() {
        return EvaluationFile.bytes(this);
    }
}
