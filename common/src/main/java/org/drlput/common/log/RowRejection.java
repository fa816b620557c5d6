package org.drlput.common.log;

/** Why a log row is not used. A row has one cause: the first of these that holds. */
public enum RowRejection {
    /** A CSV row with fewer or more cells than the header. */
    CELL_COUNT("cellCount"),
    /** A CSV cell that is no number, no instant or no boolean. */
    CELL_FORMAT("cellFormat"),
    REQUEST_ID_NULL("requestIdNull"),
    EVENT_TIME_NULL("eventTimeNull"),
    ACTION_NULL("actionNull"),
    /** An action id outside [0, K). */
    ACTION_RANGE("actionRange"),
    /** Hyperparameters that are no point of the grid. */
    ACTION_NOT_ON_GRID("actionNotOnGrid"),
    PROPENSITY_NULL("propensityNull"),
    PROPENSITY_NAN("propensityNaN"),
    /** A propensity outside (0, 1]. */
    PROPENSITY_RANGE("propensityRange"),
    /** A numeric feature without a value where the experiment declares no {@code missing}. */
    FEATURE_MISSING("featureMissing"),
    /** A numeric feature that is infinite as float32. */
    FEATURE_INFINITE("featureInfinite"),
    OUTCOME_NULL("outcomeNull"),
    OUTCOME_NOT_FINITE("outcomeNotFinite"),
    DELAY_NEGATIVE("delayNegative");

    private final String cause;

    RowRejection(String cause) {
        this.cause = cause;
    }

    /** Its name in results and metrics. */
    public String cause() {
        return cause;
    }
}
