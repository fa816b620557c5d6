package org.drlput.common.serve;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decided request, and what came of it. The maps are the log's from here on: they are not to be changed.
 *
 * @param userId null where the experiment names no such column, or nobody is known
 * @param features that were decided by
 * @param outcomes by the experiment's names of outcomes; those that are not there are 0: nothing came of it
 * @param delayMillis of outcomes with a delay column, from the event to the outcome; not there: not seen
 */
public record LoggedDecision(
        String requestId,
        Instant eventTime,
        @Nullable String userId,
        Map<String, ?> features,
        Decision decision,
        Map<String, Double> outcomes,
        Map<String, Long> delayMillis) {

    /** Without user and delays. */
    public static LoggedDecision of(
            String requestId,
            Instant eventTime,
            Map<String, ?> features,
            Decision decision,
            Map<String, Double> outcomes) {
        return new LoggedDecision(requestId, eventTime, null, features, decision, outcomes, Map.of());
    }
}
