package org.drlput.jobs.protocol;

import java.util.OptionalInt;

/**
 * How far a run goes, by what is known of its versions. Where training may end early the end is a function of their evaluations in order,
 * whenever these come in: one version is trained while the one before it is judged, and nothing beyond.
 *
 * <pre>
 *   versions 1 .. m are judged, E steps each:   steps before (m + 2) E may be planned
 *   the first j of them end it (j at most m):   the run has (j + 1) E steps
 * </pre>
 *
 * @param end steps of the run, as far as is known
 * @param open steps that may be planned, at most {@code end}
 * @param versionEverySteps E
 */
public record RunCourse(long end, long open, long versionEverySteps) {
    /** Of a run that goes through. */
    public static RunCourse whole(long totalSteps, long versionEverySteps) {
        return new RunCourse(totalSteps, totalSteps, versionEverySteps);
    }

    /**
     * Of a run that may end early.
     *
     * @param judged how many of its first versions have an evaluation, without a gap
     * @param endsAfter how many of these end it; empty: they do not
     */
    public static RunCourse judged(long totalSteps, long versionEverySteps, int judged, OptionalInt endsAfter) {
        if (endsAfter.isPresent()) {
            return whole(Math.min(totalSteps, (endsAfter.getAsInt() + 1L) * versionEverySteps), versionEverySteps);
        }
        return new RunCourse(totalSteps, Math.min(totalSteps, (judged + 2L) * versionEverySteps), versionEverySteps);
    }

    /** How many versions there are up to the end. */
    public int versionCount() {
        return Math.toIntExact((end + versionEverySteps - 1) / versionEverySteps);
    }
}
