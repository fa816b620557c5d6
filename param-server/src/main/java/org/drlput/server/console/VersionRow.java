package org.drlput.server.console;

import org.drlput.common.estimate.Estimate;
import org.drlput.common.version.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * A version in a list.
 *
 * @param kept whether it is here; of one that was removed the evaluation stays
 * @param step null: neither manifest nor evaluation can be read
 * @param publishedMillis when it appeared, milliseconds since 1970; null: not known
 * @param manifest null where it can not be read, or was removed
 * @param evaluation null: none yet, or it can not be read
 * @param problem what is damaged; null: nothing
 */
record VersionRow(
        long version,
        boolean kept,
        @Nullable Long step,
        @Nullable Long publishedMillis,
        @Nullable Manifest manifest,
        @Nullable Judgement evaluation,
        @Nullable String problem) {

    /**
     * What an evaluation says in one line.
     *
     * @param error why there is none; null: there is one
     * @param rows that were judged
     * @param relativeGain over the behaviour policy, by the headline's estimator
     * @param gainOverManual by the same one; null where that is not among the estimators
     */
    record Judgement(
            @Nullable String error,
            long rows,
            @Nullable Double diversity,
            Estimate relativeGain,
            @Nullable Estimate gainOverManual) {}

    /** Nothing of it can change any more but that it is removed. */
    boolean complete() {
        return evaluation != null && problem == null;
    }
}
