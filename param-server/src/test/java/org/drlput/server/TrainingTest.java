package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterClient.CapturePurpose;
import org.drlput.common.client.ParameterClient.Confirmation;
import org.drlput.common.client.RunFence;
import org.drlput.common.client.TrainingSession;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.version.WeightsHash;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.StagedFile;
import org.drlput.common.wire.v1.StatusReply;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs over gRPC: pull, push, staged parts, published versions. */
class TrainingTest {
    private static final int STEPS = 25;

    @TempDir
    Path data;

    @ParameterizedTest(name = "{0} shards, {1} workers, {2}")
    @CsvSource({
        "1, 1, adamW",
        "2, 1, adamW",
        "3, 1, adamW",
        "1, 2, adamW",
        "2, 2, adamW",
        "3, 2, adamW",
        "1, 4, adamW",
        "2, 4, adamW",
        "3, 4, adamW",
        "2, 3, sgd",
        "3, 8, adam",
        "2, 4, 'adagrad, averaging: {type: tail, share: 0.5}'"
    })
    void weightsAreTheSameBitsHoweverManyShardsAndWorkers(int shards, int workers, String optimizer) throws Exception {
        TestRun run = TestRun.of("run", STEPS, "{type: " + optimizer + ", learningRate: 0.01}", 10);
        Reference reference = Reference.train(run, STEPS, STEPS);
        try (TestServers servers = new TestServers(data, shards)) {
            ParameterClient client = servers.client();
            RunFence fence = run.fence(1, client.open(run.openRequest(1, 77, shards)));
            train(run, client, fence, workers, STEPS);

            Parameters weights =
                    new TestWorker(client.session(fence, run.tensors()), run.tensors(), 0, 1).pullAll(STEPS);
            assertThat(hash(run, weights)).isEqualTo(hash(run, reference.weights()));
            for (StatusReply status : client.statuses()) {
                assertThat(status.getStep()).isEqualTo(STEPS);
                assertThat(status.getTotalSteps()).isEqualTo(STEPS);
                assertThat(status.getMetrics().getRows()).isEqualTo(reference.totals().rows);
                assertThat(status.getMetrics().getRewardSum()).isEqualTo(reference.totals().rewardSum);
                assertThat(status.getFailure()).isEmpty();
            }
            confirm(run, client, fence);
            assertPublished(run, client, reference);
        }
    }

    private static void train(TestRun run, ParameterClient client, RunFence fence, int workers, int steps)
            throws Exception {
        int lanes = run.experiment().training().microBatches();
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int w = 0; w < workers; w++) {
                TrainingSession session = client.session(fence, run.tensors());
                TestWorker worker =
                        new TestWorker(session, run.tensors(), w * lanes / workers, (w + 1) * lanes / workers);
                all.add(CompletableFuture.runAsync(
                        () -> LongStream.range(0, steps).forEach(worker::step), threads));
            }
            for (CompletableFuture<Void> worker : all) {
                worker.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** A checkpoint at the end is complete; on return every shard knows that what it covers is published. */
    private static void confirm(TestRun run, ParameterClient client, RunFence fence) {
        CaptureKey end = CaptureKey.newBuilder()
                .setRun(run.name())
                .setGeneration(fence.generation())
                .setBoundary(STEPS)
                .build();
        List<StagedFile> files = new ArrayList<>();
        for (int shard = 0; shard < client.shardCount(); shard++) {
            files.addAll(client.awaitCapture(shard, fence, end, CapturePurpose.CHECKPOINT, TestLife.PATIENCE)
                    .join()
                    .getStagedList());
        }
        client.confirm(fence, new Confirmation(end, 1, 1, files)).join();
        for (int shard = 0; shard < client.shardCount(); shard++) {
            StatusReply status = client.status(shard, Long.MAX_VALUE, Duration.ZERO);
            while (status.getPublishedCount() < 3) {
                status = client.status(shard, Long.MAX_VALUE, status.getRevision(), Duration.ofSeconds(10));
            }
        }
    }

    private void assertPublished(TestRun run, ParameterClient client, Reference reference) {
        VersionRegistry registry = new VersionRegistry(data);
        assertThat(registry.versions()).containsExactly(10L, 20L, 25L);
        Version last = Version.read(registry.directory(25));
        assertThat(last.manifest().weightsSha256()).isEqualTo(hash(run, reference.version()));
        assertThat(last.manifest().step()).isEqualTo(25);
        assertThat(last.manifest().parent()).isEqualTo(20);
        assertThat(last.manifest().rows().trained()).isEqualTo(reference.totals().rows);
        assertThat(Version.read(registry.directory(10)).manifest().weightsSha256())
                .isEqualTo(hash(run, Reference.train(run, 10, STEPS).version()));
        for (StatusReply status : client.statuses()) {
            assertThat(status.getStagedList()).isEmpty();
            assertThat(status.getPublishedList()).containsExactly(10L, 20L, 25L);
        }
        assertThat(data.resolve("staging").resolve(run.name())).isEmptyDirectory();
    }

    private static String hash(TestRun run, Parameters weights) {
        return WeightsHash.sha256(
                run.tensors(),
                weights,
                java.util.Map.of(
                        "ctr", new org.drlput.common.log.FirstPassResult.NumericStatistics(1.5, 2, 0, 9, 0),
                        "hour", new org.drlput.common.log.FirstPassResult.NumericStatistics(1.5, 2, 0, 9, 0)));
    }
}
