package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.run.History;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.run.RunInfo;
import org.drlput.jobs.train.Progress.Phase;
import org.drlput.jobs.train.Progress.Snapshot;
import org.drlput.server.ShardServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs: a real MiniCluster, real shards over gRPC on loopback, real RocksDB, real files. */
class TrainingRunTest {
    private static final int ROWS = 20_000;

    /** A row that is neither held out nor bad. */
    private static final int TRAINING_ROW = TinyMarket.trainingRowFrom(1234);

    @TempDir
    Path directory;

    private TrainingRun.Request request(String name, byte[] experiment, Path logs, int parallelism, int shards) {
        return new TrainingRun.Request(
                experiment,
                List.of(logs.toString()),
                new RunDirectory(directory.resolve(name)),
                parallelism,
                shards,
                List.of(),
                "test");
    }

    private static TrainingRun.Result run(TrainingRun.Request request) throws InterruptedException {
        return new TrainingRun(request, snapshot -> {}).run();
    }

    @Test
    void aRunPublishesAndEvaluatesEveryVersionAndLearns() throws Exception {
        Path logs = TinyMarket.logs(directory.resolve("logs"), ROWS, 1);
        List<Snapshot> progress = Collections.synchronizedList(new ArrayList<>());
        TrainingRun.Request request = request("run", TinyMarket.experiment(4, 100), logs, 2, 2);
        TrainingRun.Result result = new TrainingRun(request, progress::add).run();

        // 20,000 rows in 8 lanes of 2,500, 32 a step: 79 steps an epoch
        assertThat(result.plan().totalSteps()).isEqualTo(316);
        assertThat(result.lastVersion()).isEqualTo(316);
        VersionRegistry registry = new VersionRegistry(request.directory().root());
        assertThat(registry.versions()).containsExactly(100L, 200L, 300L, 316L);
        assertThat(registry.evaluated()).containsExactly(100L, 200L, 300L, 316L);
        long trained = result.firstPass().result().trainedRows();
        assertThat(result.lastStatus().getMetrics().getRows()).isEqualTo(4 * trained);

        Version last = Version.read(registry.directory(316));
        assertThat(last.manifest().checkpoint()).isPositive();
        assertThat(last.manifest().run()).isEqualTo(result.info().run());
        assertThat(last.manifest().rows().trained()).isEqualTo(4 * trained);
        Evaluation evaluation = Evaluation.fromJson(registry.evaluation(316).orElseThrow(), "316");
        assertThat(evaluation.relativeGain().believable()).isTrue();
        assertThat(evaluation.relativeGain().low()).isGreaterThan(0.5);
        assertThat(evaluation.diversity()).isLessThan(0.4);

        assertThat(RunInfo.read(request.directory().runInfo())).isEqualTo(result.info());
        List<History.Line> history = History.read(request.directory().history());
        assertThat(history.get(history.size() - 1).step()).isEqualTo(316);
        assertThat(history.get(history.size() - 1).metrics().rows()).isEqualTo(4 * trained);
        assertThat(progress.get(progress.size() - 1).phase()).isEqualTo(Phase.DONE);
        assertThat(progress.get(progress.size() - 1).version()).isEqualTo(316);
        assertThat(progress.stream().map(Snapshot::phase)).contains(Phase.FIRST_PASS);
        assertThat(request.directory().root().resolve("staging"))
                .satisfiesAnyOf(
                        staging -> assertThat(staging).doesNotExist(),
                        staging -> assertThat(Files.walk(staging).filter(Files::isRegularFile))
                                .isEmpty());
    }

    @Test
    void theSameBitsAtAnyParallelismAndNumberOfShards() throws Exception {
        Path logs = TinyMarket.logs(directory.resolve("logs"), ROWS, 2);
        List<String> hashes = new ArrayList<>();
        for (int[] shape : new int[][] {{1, 1}, {2, 3}, {3, 1}, {4, 2}}) {
            String name = "run-%d-%d".formatted(shape[0], shape[1]);
            TrainingRun.Request request = request(name, TinyMarket.experiment(1, 50), logs, shape[0], shape[1]);
            TrainingRun.Result result = run(request);
            VersionRegistry registry = new VersionRegistry(request.directory().root());
            hashes.add(registry.manifest(result.lastVersion()).weightsSha256());
        }
        assertThat(hashes.stream().distinct()).hasSize(1);
    }

    @Test
    void aMicroBatchWithoutAFiniteGradientIsRefusedNamedAndTheStepCompletes() throws Exception {
        Path logs = TinyMarket.logs(directory.resolve("logs"), ROWS, 3, TRAINING_ROW);
        TrainingRun.Result result = run(request("run", TinyMarket.experiment(1, 50), logs, 2, 2));
        assertThat(result.lastStatus().getStep()).isEqualTo(79);
        assertThat(result.lastStatus().getMetrics().getRefusedMicroBatches()).isEqualTo(1);
        assertThat(result.lastStatus().getRefusedList()).hasSize(1);
        assertThat(result.lastStatus().getRefused(0).getCause())
                .contains("expected a finite number")
                .contains("rows 1 to 16384 of log.csv");
        assertThat(result.lastStatus().getMetrics().getRows())
                .isLessThan(result.firstPass().result().trainedRows())
                .isGreaterThanOrEqualTo(result.firstPass().result().trainedRows() - 32);
    }

    @Test
    void tooManyRefusedMicroBatchesEndTheRun() throws Exception {
        byte[] strict = new String(TinyMarket.experiment(1, 50))
                .replace("epochs: 1,", "epochs: 1, maxRefusedShare: 0,")
                .getBytes();
        Path logs = TinyMarket.logs(directory.resolve("logs"), ROWS, 3, TRAINING_ROW);
        assertThatThrownBy(() -> run(request("run", strict, logs, 1, 1)))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith("training failed: shard 0")
                .hasMessageContaining("maxRefusedShare");
    }

    @Test
    void runsOnServersThatOthersStarted() throws Exception {
        Path logs = TinyMarket.logs(directory.resolve("logs"), ROWS, 4);
        Path data = Files.createDirectories(directory.resolve("data"));
        try (ShardServer first = ShardServer.start(ShardServer.Settings.embedded(0, 2, data));
                ShardServer second = ShardServer.start(ShardServer.Settings.embedded(1, 2, data))) {
            List<String> addresses = List.of(first.address(), second.address());
            TrainingRun.Request embedded = request("run", TinyMarket.experiment(1, 50), logs, 1, 2);
            TrainingRun.Request request = new TrainingRun.Request(
                    embedded.experimentYaml(), embedded.logs(), embedded.directory(), 2, 0, addresses, "test");
            TrainingRun.Result result = run(request);
            VersionRegistry there = new VersionRegistry(data);
            assertThat(there.versions()).containsExactly(50L, 79L);
            VersionRegistry copied = new VersionRegistry(directory.resolve("run"));
            assertThat(copied.evaluated()).containsExactly(50L, 79L);
            assertThat(Version.read(copied.directory(79)).manifest()).isEqualTo(there.manifest(79));

            TrainingRun.Request again = new TrainingRun.Request(
                    embedded.experimentYaml(),
                    embedded.logs(),
                    new RunDirectory(directory.resolve("again")),
                    1,
                    0,
                    addresses,
                    "test");
            assertThat(run(again).lastVersion()).as("numbers go on").isGreaterThan(result.lastVersion());

            List<String> swapped = List.of(second.address(), first.address());
            assertThatThrownBy(() -> run(new TrainingRun.Request(
                            embedded.experimentYaml(),
                            embedded.logs(),
                            new RunDirectory(directory.resolve("swapped")),
                            1,
                            0,
                            swapped,
                            "test")))
                    .isInstanceOf(TrainingException.class)
                    .hasMessage(
                            "servers: the one given as number 1 says that it is shard 1 of 2, expected shard 0 of 2: name"
                                    + " all shards, in order");
        }
    }

    @Test
    void serversThatAreAwayAreNamedBeforeTheLogsAreRead() throws IOException {
        Path logs = TinyMarket.logs(directory.resolve("logs"), 100, 4);
        TrainingRun.Request request = new TrainingRun.Request(
                TinyMarket.experiment(1, 50),
                List.of(logs.toString()),
                new RunDirectory(directory.resolve("run")),
                1,
                0,
                List.of("127.0.0.1:1"),
                "test");
        assertThatThrownBy(() -> run(request))
                .hasMessageContaining("shard 0 (127.0.0.1:1)")
                .hasMessageContaining("can not be reached");
        assertThat(request.directory().firstPass()).doesNotExist();
    }

    @Test
    void aServerThatDoesNotComeBackEndsTheRunWithItsReason() throws Exception {
        Path logs = TinyMarket.logs(directory.resolve("logs"), ROWS, 5);
        Path data = Files.createDirectories(directory.resolve("data"));
        try (ShardServer first = ShardServer.start(ShardServer.Settings.embedded(0, 2, data));
                ShardServer second = ShardServer.start(ShardServer.Settings.embedded(1, 2, data))) {
            TrainingRun.Request request = new TrainingRun.Request(
                    TinyMarket.experiment(10_000, 50),
                    List.of(logs.toString()),
                    new RunDirectory(directory.resolve("run")),
                    2,
                    0,
                    List.of(first.address(), second.address()),
                    "test");
            AtomicBoolean killed = new AtomicBoolean();
            Configuration impatient = new Configuration();
            impatient.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, 1);
            TrainingRun run = new TrainingRun(
                    request,
                    snapshot -> {
                        if (snapshot.step() > 0 && killed.compareAndSet(false, true)) {
                            second.close();
                        }
                    },
                    impatient);
            assertThatThrownBy(run::run)
                    .isInstanceOf(TrainingException.class)
                    .hasMessageStartingWith("training failed: ")
                    .hasMessageContaining("shard 1")
                    .hasMessageContaining(second.address());
        }
    }

    @Test
    void aCancelledRunSaysSo() throws Exception {
        Path logs = TinyMarket.logs(directory.resolve("logs"), ROWS, 6);
        CompletableFuture<TrainingRun> started = new CompletableFuture<>();
        TrainingRun run = new TrainingRun(request("run", TinyMarket.experiment(10_000, 50), logs, 1, 1), snapshot -> {
            if (snapshot.step() > 0) {
                started.join().cancel();
            }
        });
        started.complete(run);
        assertThatThrownBy(run::run).isInstanceOf(TrainingException.class).hasMessageContaining("cancelled");
    }

    @Test
    void impossibleShapesAreRefusedBeforeAnythingIsWritten() throws IOException {
        Path logs = TinyMarket.logs(directory.resolve("logs"), 10, 7);
        assertThatThrownBy(() -> run(request("run", TinyMarket.experiment(1, 50), logs, 9, 1)))
                .isInstanceOf(TrainingException.class)
                .hasMessage(
                        "parallelism: found 9, expected 1 to 8: a worker takes one of training.microBatches at least");
        assertThatThrownBy(() -> run(request("run", TinyMarket.experiment(1, 50), logs, 1, 0)))
                .isInstanceOf(TrainingException.class)
                .hasMessage("shards: found 0, expected 1 or more");
        assertThat(directory.resolve("run")).doesNotExist();
    }
}
