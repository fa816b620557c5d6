package org.drlput.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.io.file.PathUtils;
import org.apache.flink.api.common.JobStatus;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.JobEngine;
import org.drlput.jobs.train.TrainSettings;
import org.drlput.jobs.train.TrainingException;

/** Runs the job of a run on a cluster of this machine: has its supervisor start a JobManager, and waits for the job's end. */
public final class ClusterEngine implements JobEngine {
    private static final long POLL_MILLIS = 100;
    /** A JobManager whose job is over ends by itself. */
    private static final long JOB_MANAGER_END_MILLIS = 30_000;

    private static final int MOST_FAILURES = 6;

    private final Cluster cluster;
    private final ClusterDirectory directory;
    private final Path out;
    private final long checkpointTimeoutMillis;
    private final long patienceMillis;
    private volatile boolean cancelled;
    private volatile boolean left;

    /**
     * @param out the run's directory
     * @param patienceMillis how long the cluster may be down before the run is not followed any more
     */
    public ClusterEngine(Cluster cluster, Path out, long checkpointTimeoutMillis, long patienceMillis) {
        this.patienceMillis = patienceMillis;
        this.cluster = cluster;
        this.out = out.toAbsolutePath().normalize();
        this.checkpointTimeoutMillis = checkpointTimeoutMillis;
        directory = cluster.directory();
    }

    @Override
    public void execute(TrainSettings settings, int parallelism) throws InterruptedException {
        try {
            JobSpec job = start(settings, parallelism);
            finish(job, await(job));
        } catch (ClusterException e) {
            throw new TrainingException(e.getMessage(), e);
        } catch (IOException e) {
            throw new TrainingException("the job can not be followed: " + e.getMessage(), e);
        }
    }

    private JobSpec start(TrainSettings settings, int parallelism) throws IOException {
        Optional<JobSpec> running = cluster.unfinishedJob();
        if (running.isPresent()) {
            cluster.requireNoJobBut(settings.run());
            return running.get();
        }
        Experiment experiment = ExperimentLoader.parse(settings.experimentYaml(), "experiment.yaml");
        JobSpec job = new JobSpec(
                JobSpec.FORMAT_VERSION,
                settings.run(),
                out.toString(),
                settings.servers(),
                settings.kernel(),
                parallelism,
                experiment.training().checkpointIntervalMillis(),
                checkpointTimeoutMillis);
        CompletedCheckpoints.reopen(directory.recovery(), job.jobId());
        job.write(directory.job());
        return job;
    }

    private JobStatus await(JobSpec job) throws IOException, InterruptedException {
        boolean told = false;
        long lastUp = System.currentTimeMillis();
        while (true) {
            Optional<JobStatus> end = CompletedCheckpoints.end(directory.recovery(), job.jobId());
            if (end.isPresent()) {
                return end.get();
            }
            long now = System.currentTimeMillis();
            lastUp = Files.isDirectory(directory.pids()) ? now : lastUp;
            if (now - lastUp > patienceMillis) {
                throw new ClusterException("the cluster went down before the run was over")
                        .where("run " + job.run())
                        .toDo("drlput cluster up --dir %s: the run then goes on".formatted(directory.root()));
            }
            requireJobManagerStarts(job);
            if (left) {
                throw new ClusterException("not followed any more: the run goes on in the cluster")
                        .where("run " + job.run())
                        .toDo("drlput submit --resume --out %s --cluster %s follows it again"
                                .formatted(out, directory.root()));
            }
            if (cancelled && !told) {
                told = cancel(job);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** One that dies each time it is started will not get well by itself. */
    private void requireJobManagerStarts(JobSpec job) throws IOException {
        Supervision.Seen seen = Supervision.read(directory.supervision())
                .processes()
                .getOrDefault(ClusterSpec.JOB_MANAGER, Supervision.Seen.NEVER);
        if (seen.failures() > MOST_FAILURES) {
            Files.deleteIfExists(directory.job());
            throw new ClusterException("the JobManager does not start")
                    .where("run " + job.run())
                    .found("it died %d times in a row".formatted(seen.failures()))
                    .toDo("see " + directory.log(ClusterSpec.JOB_MANAGER));
        }
    }

    private boolean cancel(JobSpec job) throws InterruptedException {
        try {
            new JobManagerRest(cluster.spec()).cancel(job.jobId());
            return true;
        } catch (IOException e) {
            // it is being started: again
            return false;
        }
    }

    private void finish(JobSpec job, JobStatus status) throws IOException, InterruptedException {
        long deadline = System.currentTimeMillis() + JOB_MANAGER_END_MILLIS;
        while (cluster.runs(ClusterSpec.JOB_MANAGER) && System.currentTimeMillis() < deadline) {
            Thread.sleep(POLL_MILLIS);
        }
        Optional<String> failure = CompletedCheckpoints.failure(directory.recovery(), job.jobId());
        Files.deleteIfExists(directory.job());
        if (status == JobStatus.FINISHED) {
            // one that failed or was cancelled can be given again, and goes on from its last checkpoint
            delete(CompletedCheckpoints.folder(directory.recovery(), job.jobId()));
            delete(new RunDirectory(out).checkpoints().resolve(job.jobId().toHexString()));
        }
        if (status == JobStatus.CANCELED) {
            throw new TrainingException("cancelled");
        }
        if (status != JobStatus.FINISHED) {
            throw new TrainingException(
                    "training failed: " + failure.orElse("see " + directory.log(ClusterSpec.JOB_MANAGER)));
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            PathUtils.delete(directory);
        }
    }

    @Override
    public void leave() {
        left = true;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }
}
