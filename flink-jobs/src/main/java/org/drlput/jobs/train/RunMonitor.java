package org.drlput.jobs.train;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.client.VersionClient;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.experiment.TrainingPlan;
import org.drlput.common.wire.v1.Metrics;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.jobs.run.History;
import org.drlput.jobs.task.TaskThread;
import org.drlput.jobs.train.Progress.Phase;
import org.drlput.jobs.train.Progress.Snapshot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a run from outside, on a thread of its own: asks shard 0 about every second how far it is, writes the history and tells
 * the progress. The run does not depend on it.
 */
final class RunMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunMonitor.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** Speed and progressive reward are over so many intervals. */
    private static final int WINDOW = 10;

    private final ParameterClient client;
    private final TrainingPlan plan;
    private final History history;
    private final Progress progress;
    private final long startNanos = System.nanoTime();
    private final ArrayDeque<Sample> window = new ArrayDeque<>();
    private final TaskThread thread;
    private @Nullable Evaluation newest;

    private record Sample(double seconds, long rows, Metrics metrics) {}

    RunMonitor(ParameterClient client, TrainingPlan plan, History history, Progress progress) {
        this.client = client;
        this.plan = plan;
        this.history = history;
        this.progress = progress;
        window.add(new Sample(0, 0, Metrics.getDefaultInstance()));
        thread = TaskThread.start(
                "run-monitor", this::run, e -> LOG.warn("progress is not shown any more: {}", e.getMessage()));
    }

    private void run(TaskThread self) throws IOException, InterruptedException {
        try (VersionClient versions = client.versions()) {
            while (!self.closed()) {
                try {
                    StatusReply status = client.status(0, Long.MAX_VALUE, INTERVAL);
                    if (status.getOpened()) {
                        observe(status, versions);
                    }
                } catch (ParameterServerException e) {
                    // a server that died comes back, and the run with it
                    LOG.info("no progress to show: {}", e.getMessage());
                    Thread.sleep(INTERVAL.toMillis());
                }
            }
        }
    }

    private void observe(StatusReply status, VersionClient versions) throws IOException {
        double seconds = seconds();
        long rows = rows(status.getStep());
        Sample now = new Sample(seconds, rows, status.getMetrics());
        Sample before = window.getFirst();
        double rowsPerSecond = (rows - before.rows()) / Math.max(1e-9, seconds - before.seconds());
        window.add(now);
        if (window.size() > WINDOW) {
            window.removeFirst();
        }
        history.add(new History.Line(
                seconds,
                status.getStep(),
                rows,
                rowsPerSecond,
                ResidentMemory.bytes(),
                History.Sums.of(status.getMetrics())));
        follow(status, versions);
        progress.update(snapshot(status, rows, rowsPerSecond, progressiveReward(before.metrics(), now.metrics())));
    }

    /** Ends the watch, and tells where the run stands at its end. */
    void finish(StatusReply last) throws IOException {
        thread.close();
        try (VersionClient versions = client.versions()) {
            observe(last, versions);
        }
    }

    /** Of training, with what earlier lives of the run took. */
    private double seconds() {
        return history.secondsBefore() + (System.nanoTime() - startNanos) * 1e-9;
    }

    /** Positions of the row sequences that so many steps cover. */
    private long rows(long steps) {
        long epochs = steps / plan.stepsPerEpoch();
        long rest = steps % plan.stepsPerEpoch();
        return epochs * plan.rows() + rest * plan.rows() / plan.stepsPerEpoch();
    }

    private static @Nullable Double progressiveReward(Metrics before, Metrics now) {
        double weights = now.getWeightSum() - before.getWeightSum();
        return weights > 0 ? (now.getWeightedRewardSum() - before.getWeightedRewardSum()) / weights : null;
    }

    private void follow(StatusReply status, VersionClient versions) throws IOException {
        long version = status.getEvaluatedList().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(-1);
        if (version >= 0 && (newest == null || newest.version() != version)) {
            Optional<byte[]> json = versions.evaluation(version);
            if (json.isPresent()) {
                newest = Evaluation.fromJson(json.get(), "evaluation of version " + version);
            }
        }
    }

    private Snapshot snapshot(StatusReply status, long rows, double rowsPerSecond, @Nullable Double reward) {
        long total = plan.rows() * plan.epochs();
        boolean trained = status.getStep() >= plan.totalSteps();
        boolean done = trained && newest != null && newest.step() == plan.totalSteps();
        Phase phase = done ? Phase.DONE : trained ? Phase.EVALUATING : Phase.TRAINING;
        Evaluation evaluation = newest;
        return new Snapshot(
                phase,
                rows,
                total,
                rowsPerSecond,
                status.getStep(),
                plan.totalSteps(),
                reward,
                evaluation == null ? null : evaluation.version(),
                evaluation == null ? null : evaluation.diversity(),
                evaluation == null ? null : evaluation.relativeGain(),
                rowsPerSecond > 0 ? (total - rows) / rowsPerSecond : null);
    }

    @Override
    public void close() {
        thread.close();
    }
}
