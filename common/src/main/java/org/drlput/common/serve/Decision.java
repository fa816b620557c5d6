package org.drlput.common.serve;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to do with one request, and all that tomorrow's log must know of it. Immutable.
 *
 * @param version that was in use, whether or not it decided; {@link #NO_VERSION}: none
 * @param actionId in [0, K)
 * @param probability with which a request like this one gets this action now, in (0, 1]: the share of exploration, uniform, and the
 *     rest as the policy (or, in a fallback, the manual setting) has it. The logged propensity
 * @param hyperparameters of the action, by name, in the experiment's order
 * @param reason who chose
 * @param cause why not the policy; null where it could. An explored request has one where the rest gets the manual setting
 * @param experiment whose action this is
 */
public record Decision(
        long version,
        int actionId,
        double probability,
        Map<String, Double> hyperparameters,
        Reason reason,
        @Nullable FallbackCause cause,
        ServedExperiment experiment) {

    /** In place of a version's number. */
    public static final long NO_VERSION = -1;

    /** Who chose the action. */
    public enum Reason {
        POLICY,
        /** Chance: uniformly out of all actions. */
        EXPLORATION,
        /** The manual setting. */
        FALLBACK
    }

    public boolean explored() {
        return reason == Reason.EXPLORATION;
    }

    /** {@code policy}, {@code exploration}, {@code fallback: tooOld}: as logs have it. */
    public String why() {
        return switch (reason) {
            case POLICY -> "policy";
            case EXPLORATION -> "exploration";
            case FALLBACK -> "fallback: " + (cause == null ? "" : cause.word());
        };
    }
}
