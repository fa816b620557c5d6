package org.drlput.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
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
    private volatile @Nullable JobClient job;
    private volatile boolean cancelled;

    /**
     * @param experimentYaml bytes of the experiment file, which is valid
     * @param logs files and directories, on any file system that Flink mounts
     * @param servers {@code host:port} of running shards in shard order; empty: {@code shards} embedded ones
     * @param command what is noted as the command line
     */
    public record Request(
            byte[] experimentYaml,
            List<String> logs,
            RunDirectory directory,
            int parallelism,
            int shards,
            List<String> servers,
            String command) {}

    /** @param lastStatus of shard 0, after the last step: sums over the whole run */
    public record Result(RunInfo info, FirstPassFile.Loaded firstPass, TrainingPlan plan, StatusReply lastStatus) {
        /** The number of the run's last version. */
        public long lastVersion() {
            return lastStatus.getBaseVersion() + plan.totalSteps();
        }
    }

    public TrainingRun(Request request, Progress progress) {
        this(request, progress, null);
    }

    /** @param engine what runs the job; null: an embedded Flink */
    public TrainingRun(Request request, Progress progress, @Nullable JobEngine engine) {
        this.request = request;
        this.progress = progress;
        this.engine = engine;
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

    /**
     * Runs to the end.
     *
     * @throws TrainingException where training fails, or was cancelled
     * @throws org.drlput.common.log.LogException where the logs can not be used
     */
    public Result run() throws InterruptedException {
        try {
            Files.createDirectories(directory.root());
            Files.write(directory.experiment(), request.experimentYaml());
            return run(info());
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

    private RunInfo info() {
        int shards = request.servers().isEmpty()
                ? request.shards()
                : request.servers().size();
        return new RunInfo(
                RunInfo.FORMAT_VERSION,
                RunId.create(Clock.systemUTC(), new SecureRandom()),
                request.command(),
                request.logs(),
                request.servers(),
                request.parallelism(),
                shards,
                experiment.training().seed(),
                0,
                Kernels.best().name(),
                Software.version(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
                RunInfo.Machine.here(),
                ExperimentLoader.sha256(request.experimentYaml()),
                Clock.systemUTC().instant().toString(),
                null,
                null);
    }

    private Result run(RunInfo started) throws IOException, InterruptedException {
        long start = System.nanoTime();
        if (!request.servers().isEmpty()) {
            // before the logs are read: that can take long
            try (ParameterClient client = ParameterClient.connect(request.servers())) {
                requireServers(client);
            }
        }
        started.write(directory.runInfo());
        FirstPassFile.Loaded firstPass = new FirstPass(experiment, started.experimentSha256())
                .runOn(FlinkLogInputs.list(request.logs()), directory.firstPass(), this::tellFirstPass);
        TrainingPlan plan = TrainingPlan.of(firstPass.result().rows(), experiment.training());
        long afterFirstPass = System.nanoTime();
        RunInfo info = started.withFirstPass((afterFirstPass - start) * 1e-9, plan.totalSteps());
        info.write(directory.runInfo());
        StatusReply status;
        if (request.servers().isEmpty()) {
            try (EmbeddedShards shards = EmbeddedShards.start(request.shards(), directory.root())) {
                status = train(info, shards.addresses(), plan);
            }
        } else {
            status = train(info, request.servers(), plan);
        }
        info = info.withTraining((System.nanoTime() - afterFirstPass) * 1e-9);
        info.write(directory.runInfo());
        return new Result(info, firstPass, plan, status);
    }

    private void tellFirstPass(long rows, long bytesRead, long totalBytes) {
        if (cancelled) {
            throw new TrainingException("cancelled");
        }
        long total = bytesRead == 0 ? rows : (long) ((double) rows * totalBytes / bytesRead);
        progress.update(new Snapshot(Phase.FIRST_PASS, rows, total, 0, 0, 0, null, null, null, null, null));
    }

    private StatusReply train(RunInfo info, List<String> addresses, TrainingPlan plan)
            throws IOException, InterruptedException {
        TrainSettings settings = new TrainSettings(
                info.run(),
                addresses,
                request.experimentYaml(),
                directory.firstPass().toAbsolutePath().toString(),
                info.kernel());
        try (ParameterClient client = ParameterClient.connect(addresses);
                History history = new History(directory.history())) {
            StatusReply last;
            try (RunMonitor monitor = new RunMonitor(client, plan, history, progress)) {
                execute(settings);
                last = client.statuses().get(0);
                monitor.finish(last);
            }
            if (!request.servers().isEmpty()) {
                RemoteVersions.copy(client, last, directory.root());
            }
            return last;
        }
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

    private void execute(TrainSettings settings) throws InterruptedException {
        if (engine != null) {
            engine.execute(settings, request.parallelism());
            return;
        }
        StreamExecutionEnvironment env = LocalCluster.environment(
                request.parallelism(), experiment.training().checkpointIntervalMillis(), directory.checkpoints());
        TrainJob.build(env, settings, experiment.training().microBatches(), request.parallelism());
        try {
            JobClient running = env.executeAsync("drlput " + experiment.name());
            job = running;
            if (cancelled) {
                cancel();
            }
            LocalCluster.await(running);
        } catch (TrainingException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new TrainingException("the job can not be started: " + Failures.message(e), e);
        }
        if (cancelled) {
            throw new TrainingException("cancelled");
        }
    }
}
