package org.drlput.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.Failures;
import org.drlput.jobs.train.TrainJob;
import org.drlput.jobs.train.TrainSettings;

/** The application that a JobManager runs: the training job that {@code job.json} describes, from its start or from where it was. */
public final class ClusterJob {
    private ClusterJob() {}

    /** @param arguments the cluster's directory */
    public static void main(String[] arguments) throws Exception {
        ClusterDirectory directory = new ClusterDirectory(Path.of(arguments[0]));
        JobSpec job = JobSpec.read(directory.job())
                .orElseThrow(() -> new ClusterException("there is no job to run").where(directory.job()));
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        TrainSettings settings = settings(job);
        Experiment experiment = ExperimentLoader.parse(settings.experimentYaml(), "experiment.yaml");
        TrainJob.build(env, settings, experiment.training().microBatches(), job.parallelism());
        try {
            env.execute("drlput " + experiment.name());
        } catch (Exception e) {
            CompletedCheckpoints.tellFailure(directory.recovery(), job.jobId(), Failures.message(e));
            throw e;
        }
    }

    private static TrainSettings settings(JobSpec job) throws IOException {
        RunDirectory run = new RunDirectory(Path.of(job.out()));
        return new TrainSettings(
                job.run(),
                job.servers(),
                Files.readAllBytes(run.experiment()),
                run.firstPass().toString(),
                job.kernel(),
                TrainSettings.NO_HOLD);
    }
}
