package org.drlput.jobs.train;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/** Flink's settings that recovery rests on, the same in this process and on a cluster; where state lies is not among them. */
public final class Recovery {
    /** So many completed checkpoints are kept: if the newest can not be used, there are older ones to name. */
    public static final int RETAINED = 3;

    /** A checkpoint may wait for every step before its barrier. */
    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofMinutes(10);

    /** Once all steps are planned, versions and the end of the run wait for checkpoints, and these cost little. */
    private static final long LAST_INTERVAL_MILLIS = 500;

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(5);
    /** A job that ran so long has got on, and its failures are forgiven. */
    private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(1);

    private static final int ATTEMPTS = 20;

    private Recovery() {}

    /** @param checkpointIntervalMillis while steps are planned */
    public static Configuration settings(long checkpointIntervalMillis) {
        Configuration settings = new Configuration();
        settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        settings.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        // a barrier that overtakes records would not stand between two steps
        settings.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
        settings.set(
                CheckpointingOptions.CHECKPOINTING_INTERVAL,
                Duration.ofMillis(Math.min(checkpointIntervalMillis, LAST_INTERVAL_MILLIS)));
        settings.set(
                CheckpointingOptions.CHECKPOINTING_INTERVAL_DURING_BACKLOG,
                Duration.ofMillis(checkpointIntervalMillis));
        settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, CHECKPOINT_TIMEOUT);
        settings.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, RETAINED);
        // what is declined is tried again: it never ends a run
        settings.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, FIRST_BACKOFF);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, LAST_BACKOFF);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD, FORGIVEN_AFTER);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, ATTEMPTS);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        return settings;
    }
}
