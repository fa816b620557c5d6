package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.run.History;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.run.RunInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that stop and go on: a real MiniCluster, embedded shards, savepoints and captures on disk. */
class ResumeTest {
    private static final int ROWS = 10_000;
    private static final byte[] EXPERIMENT = TinyMarket.experiment(2, 25);

    @TempDir
    static Path directory;

    private static Path logs;
    private static String undisturbed;

    @BeforeAll
    static void runUndisturbed() throws Exception {
        logs = TinyMarket.logs(directory.resolve("logs"), ROWS, 8);
        undisturbed = weights(run("undisturbed", 2, 2, TrainSettings.NO_HOLD, null), "undisturbed");
    }

    private static TrainingRun.Request request(
            String name, int workers, int shards, long stopAfter, @Nullable Resumption from) {
        return request(EXPERIMENT, name, workers, shards, stopAfter, from);
    }

    private static TrainingRun.Request request(
            byte[] experiment, String name, int workers, int shards, long stopAfter, @Nullable Resumption from) {
        return new TrainingRun.Request(
                experiment,
                List.of(logs.toString()),
                new RunDirectory(directory.resolve(name)),
                workers,
                shards,
                List.of(),
                "test",
                stopAfter,
                from);
    }

    private static TrainingRun.Result run(
            String name, int workers, int shards, long stopAfter, @Nullable Resumption from)
            throws InterruptedException {
        return new TrainingRun(request(name, workers, shards, stopAfter, from), snapshot -> {}).run();
    }

    private static Resumption resumption(String name) {
        return Resumption.of(new RunDirectory(directory.resolve(name)), null);
    }

    private static String weights(TrainingRun.Result result, String name) {
        assertThat(result.stopped()).isNull();
        return new VersionRegistry(directory.resolve(name))
                .manifest(result.lastVersion())
                .weightsSha256();
    }

    @Test
    void workersAndShardsMayChangeThroughSavepointsAndTheBitsDoNot() throws Exception {
        TrainingRun.Result first = run("rescaled", 2, 2, 20, null);
        assertThat(Objects.requireNonNull(first.stopped()).step()).isEqualTo(20);
        assertThat(first.stopped().savepoint()).isDirectory();

        Resumption second = resumption("rescaled");
        assertThat(second.boundary()).isEqualTo(20);
        TrainingRun.Result stopped = run("rescaled", 4, 3, 47, second);
        assertThat(Objects.requireNonNull(stopped.stopped()).step()).isEqualTo(47);

        Resumption third = resumption("rescaled");
        assertThat(third.boundary()).isEqualTo(47);
        assertThat(third.older()).isNotEmpty();
        TrainingRun.Result last = run("rescaled", 1, 1, TrainSettings.NO_HOLD, third);

        assertThat(weights(last, "rescaled")).isEqualTo(undisturbed);
        assertThat(last.info().resumes()).isEqualTo(2);
        assertThat(last.info().finished()).isTrue();
        long trained = 2 * last.firstPass().result().trainedRows();
        assertThat(last.lastStatus().getMetrics().getRows())
                .as("rows of all lives, each once")
                .isEqualTo(trained);
        List<History.Line> history = History.read(directory.resolve("rescaled/history.jsonl"));
        assertThat(history).extracting(History.Line::step).isSorted().contains(20L, 47L);
        assertThat(history).extracting(History.Line::seconds).isSorted();
        assertThat(history.get(history.size() - 1).metrics().rows()).isEqualTo(trained);
        assertThat(last.info().trainSeconds())
                .isEqualTo(history.get(history.size() - 1).seconds());
    }

    @Test
    void aRunThatIsStoppedFromOutsideLeavesASavepointAndGoesOn() throws Exception {
        CompletableFuture<TrainingRun> started = new CompletableFuture<>();
        TrainingRun run = new TrainingRun(request("asked", 2, 2, TrainSettings.NO_HOLD, null), snapshot -> {
            if (snapshot.phase() == Progress.Phase.TRAINING) {
                started.join().stop();
            }
        });
        started.complete(run);
        TrainingRun.Result result = run.run();
        if (result.stopped() != null) {
            assertThat(result.stopped().savepoint()).isDirectory();
            result = run("asked", 2, 2, TrainSettings.NO_HOLD, resumption("asked"));
        }
        assertThat(weights(result, "asked")).isEqualTo(undisturbed);
    }

    @Test
    void aRunThatHadEndedSaysSoEvenIfItsSummaryWasNotWritten() throws Exception {
        Path root = directory.resolve("undisturbed");
        RunInfo ended = RunInfo.read(root.resolve("run.json"));
        AtomicLong updates = new AtomicLong();
        TrainingRun.Result again = new TrainingRun(
                        request("undisturbed", 1, 1, TrainSettings.NO_HOLD, resumption("undisturbed")),
                        snapshot -> updates.incrementAndGet())
                .run();
        assertThat(updates).as("nothing ran").hasValue(0);
        assertThat(again.info().run()).isEqualTo(ended.run());
        assertThat(weights(again, "undisturbed")).isEqualTo(undisturbed);
    }

    @Test
    void anotherExperimentOtherLogsAndAnotherKernelAreRefusedWithWhatDiffers() throws Exception {
        run("refused", 1, 1, 5, null);
        RunDirectory there = new RunDirectory(directory.resolve("refused"));
        Path others = TinyMarket.logs(directory.resolve("others"), 100, 9);
        Resumption from = resumption("refused");
        byte[] changed = new String(EXPERIMENT, StandardCharsets.UTF_8)
                .replace("learningRate: 0.01", "learningRate: 0.02")
                .getBytes(StandardCharsets.UTF_8);

        from.requireSame(there, EXPERIMENT, List.of(logs.toString()));
        assertThatThrownBy(() -> from.requireSame(there, changed, List.of(others.toString())))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith(there.root() + ": this is not the run that stopped there:\n")
                .hasMessageContaining("\n  experiment: found SHA-256 ")
                .hasMessageContaining("\n  logs: found log.csv (")
                .hasMessageContaining(" bytes), expected log.csv (");

        String info = Files.readString(there.runInfo());
        Files.writeString(
                there.runInfo(), info.replace(from.info().kernel(), "openblas/another"), StandardCharsets.UTF_8);
        assertThatThrownBy(() -> resumption("refused").requireSame(there, null, List.of()))
                .hasMessageContaining("\n  kernel: found ")
                .hasMessageContaining(", expected openblas/another: it gives other bits");
    }

    @Test
    void aDamagedCaptureIsNamedAndTheNextOlderCheckpointIsOfferedNotTaken() throws Exception {
        byte[] oneVersion = TinyMarket.experiment(2, 1_000);
        RunDirectory there = new RunDirectory(directory.resolve("damaged"));
        for (long stopAfter : new long[] {20, 40}) {
            Resumption from = stopAfter == 20 ? null : Resumption.of(there, null);
            new TrainingRun(request(oneVersion, "damaged", 2, 2, stopAfter, from), snapshot -> {}).run();
        }
        Resumption newest = Resumption.of(there, null);
        assertThat(newest.boundary()).isEqualTo(40);
        Path part = captures("damaged", newest).resolve("shard-1-of-2.capture");
        byte[] bytes = Files.readAllBytes(part);
        bytes[bytes.length / 2] ^= 4;
        Files.write(part, bytes);

        RunCheckpoints.Found older = newest.older().get(0);
        TrainingRun refused =
                new TrainingRun(request(oneVersion, "damaged", 1, 1, TrainSettings.NO_HOLD, newest), snapshot -> {});
        assertThatThrownBy(refused::run)
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith("training failed: shard 0 (")
                .hasMessageContaining("shard-1-of-2.capture")
                .hasMessageContaining("it was damaged or cut short")
                .hasMessageEndingWith("\nthe next older checkpoint is of step %d: --resume=%s goes on from it"
                        .formatted(older.key().boundary(), older.directory()));

        Resumption asked = Resumption.of(there, older.directory());
        assertThat(asked.boundary()).isLessThan(40);
        TrainingRun.Result result = new TrainingRun(
                        request(oneVersion, "damaged", 2, 2, TrainSettings.NO_HOLD, asked), snapshot -> {})
                .run();
        assertThat(weights(result, "damaged")).isEqualTo(undisturbed);
    }

    private static Path captures(String name, Resumption of) {
        RunCheckpoints.Found from = Objects.requireNonNull(of.from());
        return directory
                .resolve(name)
                .resolve("captures")
                .resolve(from.key().run())
                .resolve(from.key().name());
    }

    @Test
    void whereThereIsNoRunOrNoSuchCheckpointItIsSaid() throws IOException {
        RunDirectory empty = new RunDirectory(Files.createDirectories(directory.resolve("empty")));
        assertThatThrownBy(() -> Resumption.of(empty, null))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith(empty.root() + ": there is no run to go on with");
        RunDirectory run = new RunDirectory(directory.resolve("undisturbed"));
        assertThatThrownBy(() -> Resumption.of(run, empty.root()))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith(empty.root() + ": is no checkpoint that can be read");
    }

    @Test
    void boundedAndAsynchronousRunsLearnToo() throws Exception {
        for (String mode : List.of("mode: bounded, staleness: 1", "mode: async")) {
            String name = mode.substring("mode: ".length(), "mode: ".length() + 5);
            byte[] experiment = new String(TinyMarket.experiment(4, 100), StandardCharsets.UTF_8)
                    .replace("training: {", "training: {" + mode + ", ")
                    .getBytes(StandardCharsets.UTF_8);
            TrainingRun.Request request = new TrainingRun.Request(
                    experiment,
                    List.of(logs.toString()),
                    new RunDirectory(directory.resolve(name)),
                    2,
                    2,
                    List.of(),
                    "test");
            TrainingRun.Result result = new TrainingRun(request, snapshot -> {}).run();
            var evaluation = org.drlput.common.estimate.Evaluation.fromJson(
                    new VersionRegistry(directory.resolve(name))
                            .evaluation(result.lastVersion())
                            .orElseThrow(),
                    name);
            assertThat(evaluation.relativeGain().low()).as(mode).isGreaterThan(0.3);
            assertThat(result.lastStatus().getMetrics().getRows())
                    .isEqualTo(4 * result.firstPass().result().trainedRows());
        }
    }
}
