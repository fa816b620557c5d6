package org.drlput.jobs.report;

import org.drlput.common.estimate.Estimate;
import org.jspecify.annotations.Nullable;

/** Parts of an estimate as gains; empty where there is no estimate, never a number without its interval. */
final class EstimateText {
    private EstimateText() {}

    static boolean shown(@Nullable Estimate estimate) {
        return estimate != null && estimate.value() != null && estimate.low() != null && estimate.high() != null;
    }

    static String value(@Nullable Estimate estimate) {
        return estimate == null || !shown(estimate) || estimate.value() == null ? "no estimate" : Numbers.gain(estimate.value());
    }

    static String low(@Nullable Estimate estimate) {
        return estimate == null || !shown(estimate) || estimate.low() == null ? "" : Numbers.gain(estimate.low());
    }

    static String high(@Nullable Estimate estimate) {
        return estimate == null || !shown(estimate) || estimate.high() == null ? "" : Numbers.gain(estimate.high());
    }

    /** {@code −1.2 % to +4.0 %}. */
    static String interval(@Nullable Estimate estimate) {
        return shown(estimate) ? low(estimate) + " to " + high(estimate) : "";
    }
}
