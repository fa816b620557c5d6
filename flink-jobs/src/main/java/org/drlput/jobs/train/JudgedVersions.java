package org.drlput.jobs.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.experiment.Experiment;
import org.drlput.jobs.protocol.RunCourse;

/**
 * The evaluations of a run's versions, from the first one on and without a gap, and the {@link RunCourse} that follows from them. They are
 * written once, so that whoever reads them, whenever, comes to the same end. Mutable; one thread.
 */
final class JudgedVersions {
    private final Experiment.Versions versions;
    private final long totalSteps;
    private final List<Evaluation> judged = new ArrayList<>();
    private RunCourse course;

    JudgedVersions(Experiment.Versions versions, long totalSteps) {
        this.versions = versions;
        this.totalSteps = totalSteps;
        course = RunCourse.of(versions, totalSteps, judged);
    }

    /**
     * Reads those that have come; without early stopping none is needed.
     *
     * @param base number of the version that the run's first step would be one above
     * @param evaluations by the version's number; empty: there is none yet
     */
    RunCourse follow(long base, LongFunction<Optional<byte[]>> evaluations) {
        while (versions.patience() > 0 && judged.size() < course.versionCount()) {
            long version = base + Math.min(totalSteps, (judged.size() + 1L) * versions.everySteps());
            Optional<byte[]> json = evaluations.apply(version);
            if (json.isEmpty()) {
                break;
            }
            judged.add(Evaluation.fromJson(json.get(), "evaluation of version " + version));
            course = RunCourse.of(versions, totalSteps, judged);
        }
        return course;
    }

    RunCourse course() {
        return course;
    }
}
