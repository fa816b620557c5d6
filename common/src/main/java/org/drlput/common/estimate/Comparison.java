package org.drlput.common.estimate;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * Two versions judged by the same rows.
 *
 * @param first the one that is asked about
 * @param second the one that it is compared with; {@value #MANUAL}: the manual setting
 * @param headline name of the experiment's headline estimator
 * @param rows that were judged
 * @param estimates of the reward, by estimator
 * @param outcomes of each outcome by itself, by the headline estimator
 * @param segments in the experiment's order; those without rows too, so that who asks for proof sees that there is none
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

    /** Stands where a version's number would. Numbers of versions begin with 1. */
    public static final long MANUAL = 0;

    /** The same of one segment's rows. */
    public record SegmentComparison(
            String feature,
            String label,
            long rows,
            Map<String, PairedEstimates> estimates,
            Map<String, PairedEstimates> outcomes) {

        /** As {@link Comparison#by}. */
        public PairedEstimates by(String estimator) {
            return found(estimates, "estimator", estimator);
        }

        /** As {@link Comparison#of}. */
        public PairedEstimates of(String outcome) {
            return found(outcomes, "outcome", outcome);
        }
    }

    private static PairedEstimates found(Map<String, PairedEstimates> among, String what, String name) {
        PairedEstimates found = among.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "%s '%s': expected one of %s".formatted(what, name, String.join(", ", among.keySet())));
        }
        return found;
    }

    /** What an estimator says of the reward. @throws IllegalArgumentException where there is none of this name */
    public PairedEstimates by(String estimator) {
        return found(estimates, "estimator", estimator);
    }

    /** What the headline estimator says of an outcome. @throws IllegalArgumentException where there is none of this name */
    public PairedEstimates of(String outcome) {
        return found(outcomes, "outcome", outcome);
    }

    /** What the headline estimator says of the reward. */
    public PairedEstimates reward() {
        return by(headline);
    }

    public byte[] toJson() {
        return EvaluationFile.bytes(this);
    }
}
