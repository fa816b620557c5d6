package org.drlput.common.select;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.jspecify.annotations.Nullable;

/**
 * Something that could be used, with the estimate of its value per request and the 95 % interval of it.
 *
 * @param version a version's number; null: a fixed action
 * @param step of the version
 * @param action that everybody would get; null: a version
 * @param matchedRows rows that the estimate is made of
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Candidate(
        @Nullable Long version,
        @Nullable Long step,
        @Nullable Integer action,
        double value,
        double low,
        double high,
        long matchedRows) {
    public Candidate {
        if ((version == null) == (action == null)) {
            throw new IllegalArgumentException(
                    "candidate: expected a version or an action, found %s and %s".formatted(version, action));
        }
    }

    static Candidate of(@Nullable Long version, @Nullable Long step, @Nullable Integer action, MatchedRows rows) {
        double value = rows.value();
        double error = rows.error();
        return new Candidate(version, step, action, value, value - error, value + error, rows.count());
    }

    /** The candidate that an evaluated version is, by the estimator of its headline; null where it has no estimate. */
    static @Nullable Candidate of(Evaluation evaluation) {
        var estimates = evaluation.estimates().get(evaluation.relativeGain().estimator());
        Estimate value = estimates == null ? null : estimates.value();
        if (value == null || value.value() == null || value.low() == null || value.high() == null) {
            return null;
        }
        return new Candidate(
                evaluation.version(),
                evaluation.step(),
                null,
                value.value(),
                value.low(),
                value.high(),
                value.matchedRows());
    }
}
