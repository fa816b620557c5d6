package org.drlput.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.VersionClient;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.TrainingPlan;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.wire.v1.Metrics;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.jobs.protocol.RunCourse;
import org.drlput.jobs.run.History;
import org.drlput.jobs.run.RunDirectory;

/**
 * Tells whether a run that somebody wants to go on with had come to its end: a process may die between the end of the job, when
 * its checkpoints are removed, and the summary.
 */
final class EndedRun {
    private EndedRun() {}

    /** What the last status would have said; empty where versions of the run are missing, or their evaluations. */
    static Optional<StatusReply> status(RunDirectory directory, String run, TrainingPlan plan, Experiment experiment)
            throws IOException {
        VersionRegistry registry = new VersionRegistry(directory.root());
        List<Long> evaluated = registry.evaluated();
        Optional<Manifest> newest = registry.versions().stream()
                .map(registry::manifest)
                .filter(manifest -> manifest.run().equals(run))
                .reduce((a, b) -> b);
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        Manifest last = newest.get();
        long base = last.version() - last.step();
        RunCourse course =
                new JudgedVersions(experiment.versions(), plan.totalSteps()).follow(base, registry::evaluation);
        // of versions that retention has removed the evaluations are left
        long own = evaluated.stream()
                .filter(version -> version > base && version <= last.version())
                .count();
        if (own < course.versionCount() || last.step() < course.end()) {
            return Optional.empty();
        }
        return Optional.of(StatusReply.newBuilder()
                .setRun(run)
                .setStep(last.step())
                .setBaseVersion(last.version() - last.step())
                .setMetrics(metrics(directory, last))
                .build());
    }

    /** As shard 0 says so itself, of servers that outlive the run. */
    static boolean says(
            ParameterClient client, StatusReply status, String run, TrainingPlan plan, Experiment experiment)
            throws IOException {
        if (!status.getRun().equals(run)) {
            return false;
        }
        Set<Long> evaluated = Set.copyOf(status.getEvaluatedList());
        try (VersionClient versions = client.versions()) {
            RunCourse course = new JudgedVersions(experiment.versions(), plan.totalSteps())
                    .follow(
                            status.getBaseVersion(),
                            version -> evaluated.contains(version) ? versions.evaluation(version) : Optional.empty());
            return status.getStep() == course.end() && evaluated.size() >= course.versionCount();
        }
    }

    private static Metrics metrics(RunDirectory directory, Manifest last) throws IOException {
        Metrics.Builder metrics = Metrics.newBuilder().setRows(last.rows().trained());
        if (Files.exists(directory.history())) {
            List<History.Line> lines = History.read(directory.history());
            if (!lines.isEmpty()) {
                metrics.setRefusedMicroBatches(
                        lines.get(lines.size() - 1).metrics().refusedMicroBatches());
            }
        }
        return metrics.build();
    }
}
