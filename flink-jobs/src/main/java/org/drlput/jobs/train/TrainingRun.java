package org.drlput.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.commons.io.FileUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.experiment.TrainingPlan;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Software;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.jobs.firstpass.FirstPass;
import org.drlput.jobs.firstpass.FlinkLogInputs;
import org.drlput.jobs.run.History;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.run.RunInfo;
import org.drlput.jobs.train.Progress.Phase;
import org.drlput.jobs.train.Progress.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * One run from logs to evaluated versions: first pass, parameter servers (embedded, or others' by address), the job on an
 * embedded Flink. Leaves in its directory what docs/contracts.md lists, but summary and report.
 */
public final class TrainingRun {
    private final Request request;
    private final Experiment experiment;
    private final RunDirectory directory;
    private final Progress progress;
    private final @Nullable JobEngine engine;
    private final Configuration flink;
    private ShardsWatch watch = ShardsWatch.NOBODY;
    private volatile @Nullable JobClient job;
    private volatile @Nullable CleanStop stop;
    private volatile boolean cancelled;
    private volatile boolean stopping;

    /**
     * @param experimentYaml bytes of the experiment file, which is valid
     * @param logs files and directories, on any file system that Flink mounts
     * @param servers {@code host:port} of running shards in shard order; empty: {@code shards} embedded ones
     * @param command what is noted as the command line
     * @param stopAfterSteps of the run in all; then it stops with a savepoint. {@link TrainSettings#NO_HOLD}: it runs to its end
     * @param resumption where to go on from; null: it is a new run
     */
    public record Request(
            byte[] experimentYaml,
            List<String> logs,
            RunDirectory directory,
            int parallelism,
            int shards,
            List<String> servers,
            String command,
            long stopAfterSteps,
            @Nullable Resumption resumption) {
        /** A new run, to its end. */
        public Request(
                byte[] experimentYaml,
                List<String> logs,
                RunDirectory directory,
                int parallelism,
                int shards,
                List<String> servers,
                String command) {
            this(experimentYaml, logs, directory, parallelism, shards, servers, command, TrainSettings.NO_HOLD, null);
        }
    }

    /**
     * @param lastStatus of shard 0, after the last step: sums over the whole run
     * @param stopped how the run was stopped before its end; null: it was not
     */
    public record Result(
            RunInfo info,
            FirstPassFile.Loaded firstPass,
            TrainingPlan plan,
            StatusReply lastStatus,
            @Nullable Stopped stopped) {
        /** @param savepoint null where none could be had: the newest completed checkpoint is what is left */
        public record Stopped(long step, @Nullable Path savepoint) {}

        /** The number of the version at the run's last step. */
        public long lastVersion() {
            return lastStatus.getBaseVersion() + lastStatus.getStep();
        }
    }

    public TrainingRun(Request request, Progress progress) {
        this(request, progress, null, new Configuration());
    }

    /** @param engine what runs the job; null: an embedded Flink */
    public TrainingRun(Request request, Progress progress, @Nullable JobEngine engine) {
        this(request, progress, engine, new Configuration());
    }

    /** @param flink settings of the embedded Flink to use in place of {@link Recovery}'s */
    TrainingRun(Request request, Progress progress, Configuration flink) {
        this(request, progress, null, flink);
    }

    private TrainingRun(Request request, Progress progress, @Nullable JobEngine engine, Configuration flink) {
        this.request = request;
        this.progress = progress;
        this.engine = engine;
        this.flink = flink;
        directory = request.directory();
        experiment = ExperimentLoader.parse(request.experimentYaml(), "experiment.yaml");
        int microBatches = experiment.training().microBatches();
        if (request.parallelism() < 1 || request.parallelism() > microBatches) {
            throw new TrainingException(
                    "parallelism: found %d, expected 1 to %d: a worker takes one of training.microBatches at least"
                            .formatted(request.parallelism(), microBatches));
        }
        if (request.servers().isEmpty() && request.shards() < 1) {
            throw new TrainingException("shards: found %d, expected 1 or more".formatted(request.shards()));
        }
    }

    /** Has somebody watch the embedded shards; before the run. */
    public void watchedBy(ShardsWatch watch) {
        this.watch = watch;
    }

    /**
     * Runs to the end, or until it is stopped.
     *
     * @throws TrainingException where training fails, or was cancelled
     * @throws org.drlput.common.log.LogException where the logs can not be used
     */
    public Result run() throws InterruptedException {
        try {
            Files.createDirectories(directory.root());
            Resumption from = request.resumption();
            if (from == null) {
                Files.write(directory.experiment(), request.experimentYaml());
                return run(info());
            }
            return run(from.info().resumed(request.command(), request.parallelism(), shardCount(), request.servers()));
        } catch (IOException e) {
            throw new TrainingException("%s: can not be written: %s".formatted(directory.root(), e), e);
        }
    }

    /** Ends the run soon, from any thread; {@link #run} then throws. */
    public void cancel() {
        cancelled = true;
        if (engine != null) {
            engine.cancel();
        }
        JobClient running = job;
        if (running != null) {
            var unused = running.cancel();
        }
    }

    /**
     * Stops the run soon, with a savepoint, from any thread; {@link #run} then returns, or throws if training had not begun. One
     * that an engine runs is left to it.
     */
    public void stop() {
        stopping = true;
        if (engine != null) {
            engine.leave();
        }
        CleanStop running = stop;
        if (running != null) {
            running.ask();
        }
    }

    private int shardCount() {
        return request.servers().isEmpty()
                ? request.shards()
                : request.servers().size();
    }

    private RunInfo info() {
        return new RunInfo(
                RunInfo.FORMAT_VERSION,
                RunId.create(Clock.systemUTC(), new SecureRandom()),
                request.command(),
                request.logs(),
                request.servers(),
                request.parallelism(),
                shardCount(),
                experiment.training().seed(),
                0,
                Kernels.best().name(),
                Software.version(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
                RunInfo.Machine.here(),
                ExperimentLoader.sha256(request.experimentYaml()),
                Clock.systemUTC().instant().toString(),
                0,
                null,
                null);
    }

    private Result run(RunInfo started) throws IOException, InterruptedException {
        if (!request.servers().isEmpty()) {
            // before the logs are read: that can take long
            try (ParameterClient client = ParameterClient.connect(request.servers())) {
                requireServers(client);
            }
        }
        started.write(directory.runInfo());
        long start = System.nanoTime();
        boolean passed = request.resumption() != null
                && Files.exists(directory.firstPass().resolve(FirstPassFile.NAME));
        FirstPassFile.Loaded firstPass = passed
                ? FirstPassFile.read(directory.firstPass())
                : new FirstPass(experiment, started.experimentSha256())
                        .runOn(
                                FlinkLogInputs.list(request.logs()),
                                FlinkLogInputs.traffic(request.logs()),
                                directory.firstPass(),
                                this::tellFirstPass);
        TrainingPlan plan = TrainingPlan.of(firstPass.result().rows(), experiment.training());
        Double before = started.firstPassSeconds();
        RunInfo info = started.withFirstPass(
                passed && before != null ? before : (System.nanoTime() - start) * 1e-9, plan.totalSteps());
        info.write(directory.runInfo());
        Optional<StatusReply> ended = request.resumption() == null
                ? Optional.empty()
                : EndedRun.status(directory, info.run(), plan, experiment);
        if (ended.isPresent()) {
            return end(info, firstPass, plan, ended.get());
        }
        FileUtils.deleteQuietly(directory.scratch().toFile());
        Files.createDirectories(directory.scratch());
        try {
            return train(info, firstPass, plan);
        } finally {
            // of an embedded Flink, which goes on to shut down
            FileUtils.deleteQuietly(directory.scratch().toFile());
        }
    }

    private Result train(RunInfo info, FirstPassFile.Loaded firstPass, TrainingPlan plan)
            throws IOException, InterruptedException {
        if (!request.servers().isEmpty()) {
            return train(info, firstPass, plan, request.servers());
        }
        try (EmbeddedShards shards = EmbeddedShards.start(request.shards(), directory.root())) {
            watch.begin(shards.addresses());
            try {
                return train(info, firstPass, plan, shards.addresses());
            } finally {
                watch.end();
            }
        }
    }

    private void tellFirstPass(long rows, long bytesRead, long totalBytes) {
        if (cancelled) {
            throw new TrainingException("cancelled");
        }
        if (stopping) {
            throw new TrainingException("stopped while the logs were read: going on reads them again");
        }
        long total = bytesRead == 0 ? rows : (long) ((double) rows * totalBytes / bytesRead);
        progress.update(new Snapshot(Phase.FIRST_PASS, rows, total, 0, 0, 0, null, null, null, null, null));
    }

    private Result train(RunInfo info, FirstPassFile.Loaded firstPass, TrainingPlan plan, List<String> addresses)
            throws IOException, InterruptedException {
        long holdAt = request.stopAfterSteps() < plan.totalSteps() ? request.stopAfterSteps() : TrainSettings.NO_HOLD;
        TrainSettings settings = new TrainSettings(
                info.run(),
                addresses,
                request.experimentYaml(),
                directory.firstPass().toAbsolutePath().toString(),
                info.kernel(),
                holdAt);
        StatusReply last;
        try (ParameterClient client = ParameterClient.connect(addresses);
                History history = request.resumption() == null
                        ? History.create(directory.history())
                        : History.append(directory.history())) {
            last = client.statuses().get(0);
            if (!EndedRun.says(client, last, info.run(), plan, experiment)) {
                CleanStop.Outcome stopped;
                try (RunMonitor monitor = new RunMonitor(client, plan, history, progress)) {
                    stopped = execute(settings, client);
                    last = client.statuses().get(0);
                    monitor.finish(last);
                }
                if (stopped != null) {
                    return new Result(
                            info, firstPass, plan, last, new Result.Stopped(last.getStep(), stopped.savepoint()));
                }
            }
            if (!request.servers().isEmpty()) {
                RemoteVersions.copy(client, last, directory.root());
            }
        }
        return end(info, firstPass, plan, last);
    }

    private Result end(RunInfo info, FirstPassFile.Loaded firstPass, TrainingPlan plan, StatusReply last)
            throws IOException {
        List<History.Line> lines = Files.exists(directory.history()) ? History.read(directory.history()) : List.of();
        RunInfo ended = info.withTraining(
                lines.isEmpty() ? 0 : lines.get(lines.size() - 1).seconds());
        ended.write(directory.runInfo());
        return new Result(ended, firstPass, plan, last, null);
    }

    /** That they are the shards of one parameter server, in order: before Flink starts. */
    private void requireServers(ParameterClient client) {
        List<StatusReply> statuses = client.statuses();
        for (int shard = 0; shard < statuses.size(); shard++) {
            StatusReply status = statuses.get(shard);
            if (status.getShard() != shard || status.getShardCount() != statuses.size()) {
                throw new TrainingException(
                        "servers: the one given as number %d says that it is shard %d of %d, expected shard %d of %d: name all shards, in order"
                                .formatted(
                                        shard + 1, status.getShard(), status.getShardCount(), shard, statuses.size()));
            }
        }
    }

    /** Waits for the end of the job; null where it was the end of the run. */
    private CleanStop.@Nullable Outcome execute(TrainSettings settings, ParameterClient client)
            throws InterruptedException {
        if (engine != null) {
            engine.execute(settings, request.parallelism());
            return null;
        }
        Resumption resumption = request.resumption();
        Configuration recovery = Recovery.settings(experiment.training().checkpointIntervalMillis());
        recovery.addAll(flink);
        StreamExecutionEnvironment env = LocalCluster.environment(
                settings.run(),
                request.parallelism(),
                recovery,
                directory,
                resumption == null ? null : resumption.from());
        TrainJob.build(env, settings, experiment.training().microBatches(), request.parallelism());
        CleanStop.Outcome stopped;
        try {
            JobClient running = env.executeAsync("drlput " + experiment.name());
            job = running;
            try (CleanStop stopper = new CleanStop(running, client, directory.savepoints(), settings.holdAtStep())) {
                stop = stopper;
                if (stopping) {
                    stopper.ask();
                }
                if (cancelled) {
                    cancel();
                }
                stopped = await(running, stopper);
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (TrainingException e) {
            throw resumption == null || client.statuses().get(0).getOpened() ? e : withOlder(e, resumption);
        } catch (Exception e) {
            throw new TrainingException("the job can not be started: " + Failures.message(e), e);
        }
        if (cancelled) {
            throw new TrainingException("cancelled");
        }
        return stopped;
    }

    /** Where shards could not be opened, say for a damaged capture: an older checkpoint is offered, never taken. */
    private static TrainingException withOlder(TrainingException failure, Resumption resumption) {
        if (resumption.older().isEmpty()) {
            return failure;
        }
        RunCheckpoints.Found older = resumption.older().get(0);
        return new TrainingException(
                "%s\nthe next older checkpoint is of step %d: --resume=%s goes on from it"
                        .formatted(failure.getMessage(), older.key().boundary(), older.directory()),
                failure);
    }

    private static CleanStop.@Nullable Outcome await(JobClient running, CleanStop stopper) throws InterruptedException {
        try {
            LocalCluster.await(running);
        } catch (TrainingException e) {
            CleanStop.Outcome outcome = stopper.outcome();
            if (outcome == null) {
                throw e;
            }
            return outcome;
        }
        return stopper.outcome();
    }
}
