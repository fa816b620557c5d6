package org.drlput.bench.planted;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/**
 * What became of one version: a line of JSON.
 *
 * @param distance of its true gain from the gate's threshold, in standard errors of the estimate, by the baseline that it is worst
 *     against; null where it can not be read, or some gain has no estimate
 * @param reached whether it became stable
 * @param why as it stands on the audit trail
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Verdict(
        long seed,
        Scene scene,
        Kind planted,
        Truth truth,
        @Nullable Double distance,
        boolean reached,
        String why) {
    private static final JsonMapper JSON = new JsonMapper();
    /** In standard errors. */
    private static final double FAR = 3;

    /** What a version truly is. */
    enum Truth {
        /** Unreadable, or below some threshold by three standard errors. */
        BAD,
        BETWEEN,
        /** Above all of them by three. */
        GOOD,
        /** It has no estimate that can be believed: there is no error to measure by. */
        NO_ESTIMATE;

        static Truth at(double distance) {
            return distance < -FAR ? BAD : distance > FAR ? GOOD : BETWEEN;
        }
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Verdict of(String json) {
        try {
            return JSON.readValue(json, Verdict.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("is no line of bench/planted: " + json, e);
        }
    }
}
