package org.drlput.jobs.protocol;

import java.util.List;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.select.EarlyStop;

/**
 * How far a run goes, by what is known of its versions. With {@link EarlyStop} the end is a function of their evaluations in order,
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
    /** @param judged evaluations of the run's first versions, without a gap, oldest first */
    public static RunCourse of(Experiment.Versions versions, long totalSteps, List<Evaluation> judged) {
        long every = versions.everySteps();
        if (versions.patience() == 0) {
            return new RunCourse(totalSteps, totalSteps, every);
        }
        EarlyStop rule = new EarlyStop(versions.patience());
        long open = Math.min(totalSteps, (judged.size() + 2) * every);
        return rule.stopsAfter(judged).stream()
                .mapToObj(count -> Math.min(totalSteps, (count + 1) * every))
                .map(end -> new RunCourse(end, end, every))
                .findFirst()
                .orElse(new RunCourse(totalSteps, open, every));
    }

    /** How many versions there are up to the end. */
    public int versionCount() {
        return Math.toIntExact((end + versionEverySteps - 1) / versionEverySteps);
    }
}
