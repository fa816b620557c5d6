package org.drlput.jobs.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.chaos.CountingLogs.Row;
import org.drlput.jobs.cluster.Cluster;
import org.drlput.jobs.cluster.ClusterEngine;
import org.drlput.jobs.cluster.ClusterException;
import org.drlput.jobs.cluster.ClusterSpec;
import org.drlput.jobs.cluster.FreePorts;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.JobEngine;
import org.drlput.jobs.train.TrainingRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers come to a job that runs, and leave it: 2, 4, 1. */
class RescaleIT {
    private static final int ROWS = 249_600;
    private static final String MODE = "step";
    private static final long SEED = 20261201;
    private static final int SHARDS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long CHECKPOINT_TIMEOUT_MILLIS = 60_000;

    @TempDir
    Path directory;

    private Cluster cluster;

    @BeforeEach
    void needsProc() {
        Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc")), "skipped: a cluster needs /proc");
        cluster = new Cluster(directory.resolve("cluster"));
    }

    @AfterEach
    void down() throws IOException, InterruptedException {
        if (cluster != null && cluster.exists()) {
            cluster.down();
        }
    }

    private static TrainingRun training(Path logs, Path out, List<String> servers, JobEngine engine)
            throws IOException {
        TrainingRun.Request request = request(logs, out, servers);
        return new TrainingRun(request, snapshot -> {}, engine);
    }

    private static TrainingRun.Request request(Path logs, Path out, List<String> servers) throws IOException {
        return new TrainingRun.Request(
                Files.readAllBytes(logs.resolve("experiment.yaml")),
                List.of(logs.toString()),
                new RunDirectory(out),
                2,
                SHARDS,
                servers,
                "test");
    }

    private boolean works(int workers) throws IOException, InterruptedException {
        long working = cluster.status().stream()
                .filter(process -> process.name().startsWith("worker-"))
                .filter(process -> process.health().equals("works"))
                .count();
        return working == workers;
    }

    /** A job that is just being restored can not be scaled: it is told again. */
    private void scale(int workers) {
        await("scaled to " + workers)
                .atMost(PATIENCE)
                .ignoreException(ClusterException.class)
                .until(() -> {
                    cluster.scale(workers);
                    return true;
                });
        await(workers + " workers compute").atMost(PATIENCE).until(() -> works(workers));
    }

    @Test
    void workersComeAndGoWhileTheJobRunsAndTheBitsAndCountsDoNotChange() throws Exception {
        Path logs = directory.resolve("logs");
        List<Row> rows = CountingLogs.write(logs, ROWS, MODE, SEED);
        Path alone = directory.resolve("undisturbed");
        long undisturbed = new TrainingRun(request(logs, alone, List.of()), snapshot -> {})
                .run()
                .lastVersion();
        cluster.up(
                new ClusterSpec(ClusterSpec.FORMAT_VERSION, 2, SHARDS, FreePorts.inARow(2 + SHARDS), 640, 128, 10_000));
        Path out = directory.resolve("run");
        ClusterEngine engine = new ClusterEngine(cluster, out, CHECKPOINT_TIMEOUT_MILLIS, PATIENCE.toMillis());

        CompletableFuture<TrainingRun.Result> ended = new CompletableFuture<>();
        TrainingRun training = training(logs, out, cluster.spec().shardAddresses(), engine);
        Thread trainer = new Thread(() -> {
            try {
                ended.complete(training.run());
            } catch (InterruptedException | RuntimeException e) {
                ended.completeExceptionally(e);
            }
        });
        trainer.start();
        await("two workers compute").atMost(PATIENCE).until(() -> works(2));
        scale(4);
        scale(1);
        assertThat(ended).as("the job still ran when it was scaled").isNotDone();
        TrainingRun.Result result = ended.get();
        trainer.join();

        VersionRegistry registry = new VersionRegistry(cluster.directory().data());
        assertThat(registry.manifest(result.lastVersion()).weightsSha256())
                .isEqualTo(new VersionRegistry(alone).manifest(undisturbed).weightsSha256());
        RowCounts counts = RowCounts.of(registry.directory(result.lastVersion()), rows, MODE, SEED);
        assertThat(counts.exact()).as(counts.toString()).isTrue();
    }
}
