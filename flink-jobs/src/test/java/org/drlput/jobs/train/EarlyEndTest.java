package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.select.EarlyStop;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.DisturbedServers.Disturbance;
import org.drlput.jobs.train.ShardProxy.Fate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that end before their epochs do, by the hold-out: at the same step with the same bits, whoever computes it and whatever dies. */
class EarlyEndTest {
    private static final int EVERY = 20;
    private static final int PATIENCE = 2;

    private static final byte[] EXPERIMENT = new String(TinyMarket.experiment(20, EVERY), StandardCharsets.UTF_8)
            .replace("versions: {", "versions: {patience: " + PATIENCE + ", ")
            .getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path directory;

    private static Path logs;
    private static TrainingRun.Result calm;

    private static TrainingRun.Request request(String name, int workers, int shards, List<String> servers) {
        return new TrainingRun.Request(
                EXPERIMENT,
                List.of(logs.toString()),
                new RunDirectory(directory.resolve(name)),
                workers,
                shards,
                servers,
                "test");
    }

    private static TrainingRun.Result run(TrainingRun.Request request) throws InterruptedException {
        return new TrainingRun(request, snapshot -> {}).run();
    }

    private static VersionRegistry registry(String name) {
        return new VersionRegistry(directory.resolve(name));
    }

    private static String weights(String name, TrainingRun.Result result) {
        return registry(name).manifest(result.lastVersion()).weightsSha256();
    }

    @BeforeAll
    static void runUndisturbed() throws Exception {
        logs = TinyMarket.logs(directory.resolve("logs"), 10_000, 8);
        calm = run(request("calm", 1, 1, List.of()));
    }

    @Test
    void aRunEndsOneVersionAfterTheLastOfItsPatience() {
        List<Evaluation> evaluations = new ArrayList<>();
        for (long version : registry("calm").versions()) {
            evaluations.add(Evaluation.fromJson(
                    registry("calm").evaluation(version).orElseThrow(), "evaluation of version " + version));
        }

        long last = calm.lastVersion();
        assertThat(last).isLessThan(calm.plan().totalSteps()).isEqualTo((long) EVERY * evaluations.size());
        assertThat(calm.lastStatus().getStep()).isEqualTo(last);
        assertThat(new EarlyStop(PATIENCE).stopsAfter(evaluations)).hasValue(evaluations.size() - 1);
        assertThat(calm.info().finished()).isTrue();
    }

    @Test
    void workersAndShardsDoNotMoveTheEnd() throws Exception {
        TrainingRun.Result other = run(request("other", 4, 3, List.of()));

        assertThat(other.lastVersion()).isEqualTo(calm.lastVersion());
        assertThat(registry("other").versions()).isEqualTo(registry("calm").versions());
        assertThat(weights("other", other)).isEqualTo(weights("calm", calm));
    }

    @Test
    void whateverDiesTheEndIsTheSame() throws Exception {
        try (DisturbedServers servers = new DisturbedServers(directory.resolve("disturbed-data"), 2)) {
            servers.add("a shard dies", call -> call.asked() && call.is("Push"), 150, call -> {
                servers.kill(1);
                return Fate.PASS;
            });
            servers.add("the evaluation dies", call -> call.asked() && call.is("PutEvaluation"), 2, call -> {
                servers.killTask("evaluation");
                return Fate.PASS;
            });
            servers.add("the source dies", call -> !call.asked() && call.is("PutEvaluation"), 3, call -> {
                servers.killTask("Source: steps");
                return Fate.PASS;
            });
            TrainingRun.Result disturbed = run(request("disturbed", 2, 0, servers.addresses()));

            assertThat(servers.disturbances())
                    .filteredOn(Disturbance::happened)
                    .as("what happened: %s", servers.disturbances())
                    .isNotEmpty();
            assertThat(disturbed.lastVersion()).isEqualTo(calm.lastVersion());
            assertThat(weights("disturbed", disturbed)).isEqualTo(weights("calm", calm));
        }
    }

    @Test
    void aRunThatEndedEarlyIsNotTrainedOnWhenItIsResumed() throws Exception {
        RunDirectory ended = new RunDirectory(directory.resolve("ended"));
        TrainingRun.Result first = run(request("ended", 2, 1, List.of()));
        Resumption resumption = Resumption.of(ended, null);
        TrainingRun.Request again = new TrainingRun.Request(
                EXPERIMENT,
                List.of(logs.toString()),
                ended,
                2,
                1,
                List.of(),
                "test",
                TrainSettings.NO_HOLD,
                resumption);

        TrainingRun.Result second = run(again);

        assertThat(second.lastVersion()).isEqualTo(first.lastVersion());
        assertThat(Files.exists(ended.root().resolve("versions"))).isTrue();
        assertThat(registry("ended").versions()).isEqualTo(registry("calm").versions());
    }
}
