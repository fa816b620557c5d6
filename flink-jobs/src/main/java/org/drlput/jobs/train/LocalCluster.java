package org.drlput.jobs.train;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.jobs.run.RunDirectory;
import org.jspecify.annotations.Nullable;

/** Flink in this process: a MiniCluster whose state lies in the directory of a run. */
final class LocalCluster {
    private static final int JOB_ID_DIGITS = 32;

    private LocalCluster() {}

    /**
     * @param recovery {@link Recovery}'s settings
     * @param from the checkpoint or savepoint to go on from; null: from the beginning
     */
    static StreamExecutionEnvironment environment(
            String run,
            int parallelism,
            Configuration recovery,
            RunDirectory directory,
            RunCheckpoints.@Nullable Found from) {
        Configuration settings = new Configuration(recovery);
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri(directory.checkpoints()));
        settings.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, uri(directory.savepoints()));
        settings.set(CoreOptions.TMP_DIRS, directory.scratch().toAbsolutePath().toString());
        // the same in every life, so that the checkpoints of one lie where the next looks after them
        settings.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, jobId(run));
        if (from != null) {
            settings.set(StateRecoveryOptions.SAVEPOINT_PATH, uri(from.directory()));
            // a savepoint stays whoever's it is
            settings.set(
                    StateRecoveryOptions.RESTORE_MODE,
                    from.savepoint() ? RecoveryClaimMode.NO_CLAIM : RecoveryClaimMode.CLAIM);
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(parallelism, settings);
        env.getConfig().enableObjectReuse();
        return env;
    }

    private static String uri(Path path) {
        return path.toAbsolutePath().toUri().toString();
    }

    private static String jobId(String run) {
        return ExperimentLoader.sha256(run.getBytes(StandardCharsets.UTF_8)).substring(0, JOB_ID_DIGITS);
    }

    /** Waits for the end of the job. */
    static JobExecutionResult await(JobClient job) throws InterruptedException {
        try {
            return job.getJobExecutionResult().get();
        } catch (ExecutionException e) {
            throw new TrainingException("training failed: " + Failures.message(e), e);
        }
    }
}
