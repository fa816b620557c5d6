package org.drlput.jobs.train;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterServerException;
import org.drlput.jobs.task.TaskThread;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a job with a savepoint, on a thread of its own: once it is asked to, or once enough steps are done. If no savepoint can be
 * had the job is cancelled; then its newest checkpoint is what is left.
 */
final class CleanStop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CleanStop.class);
    private static final Duration GLANCE = Duration.ofMillis(200);
    /** A job that is being restored can not be stopped just then. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final JobClient job;
    private final ParameterClient client;
    private final String savepoints;
    private final long afterSteps;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final TaskThread thread;
    /** The newest attempt; null before the first. */
    private volatile @Nullable CompletableFuture<String> attempt;

    private volatile boolean cancelled;

    /** @param savepoint null: none could be had */
    record Outcome(@Nullable Path savepoint) {}

    /** @param afterSteps {@link TrainSettings#NO_HOLD}: only if asked to */
    CleanStop(JobClient job, ParameterClient client, Path savepoints, long afterSteps) {
        this.job = job;
        this.client = client;
        this.savepoints = savepoints.toAbsolutePath().toUri().toString();
        this.afterSteps = afterSteps;
        thread = TaskThread.start(
                "clean-stop", this::run, e -> LOG.warn("the run can not be stopped any more: {}", e.getMessage()));
    }

    /** Stop soon. */
    void ask() {
        asked.countDown();
    }

    private void run(TaskThread self) throws InterruptedException {
        while (!asked.await(GLANCE.toMillis(), TimeUnit.MILLISECONDS) && !enough()) {
            // looked again
        }
        long start = System.nanoTime();
        while (!self.closed()) {
            CompletableFuture<String> next = job.stopWithSavepoint(false, savepoints, SavepointFormatType.CANONICAL);
            attempt = next;
            try {
                next.get();
                return;
            } catch (ExecutionException e) {
                LOG.info("no savepoint yet: {}", Failures.message(e));
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    LOG.warn("no savepoint: {}: the newest checkpoint is what is left", Failures.message(e));
                    cancelled = true;
                    var unused = job.cancel();
                    return;
                }
                Thread.sleep(GLANCE.toMillis());
            }
        }
    }

    private boolean enough() {
        if (afterSteps == TrainSettings.NO_HOLD) {
            return false;
        }
        try {
            return client.status(0, 0, Duration.ZERO).getStep() >= afterSteps;
        } catch (ParameterServerException e) {
            // a shard that is away comes back, or the job ends
            return false;
        }
    }

    /** After the job's end: how it was stopped; null where it was not. */
    @Nullable
    Outcome outcome() throws InterruptedException {
        CompletableFuture<String> newest = attempt;
        if (cancelled) {
            return new Outcome(null);
        }
        if (newest == null) {
            return null;
        }
        try {
            return new Outcome(Path.of(URI.create(newest.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))));
        } catch (ExecutionException | TimeoutException e) {
            // it came to its end first
            return null;
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
