package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.DisturbedServers.Disturbance;
import org.drlput.jobs.train.DisturbedServers.When;
import org.drlput.jobs.train.ShardProxy.Fate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever fails, whenever: the run ends with every row trained on exactly once, in step mode with the bits of an undisturbed run.
 * Real MiniCluster, real shards over gRPC, real files; failures at seeded calls.
 */
class RecoveryTest {
    private static final String STEP = "mode: step, window: 3";
    private static final String BOUNDED = "mode: bounded, staleness: 1, window: 3";
    private static final String ASYNC = "mode: async, window: 3";
    private static final int WORKERS = 2;
    private static final int SHARDS = 2;
    private static final long STEPS = 188;

    @TempDir
    static Path directory;

    private static Path logs;
    private static final Map<String, Version> UNDISTURBED = new HashMap<>();

    @BeforeAll
    static void runUndisturbed() throws Exception {
        logs = CountedRows.logs(directory.resolve("logs"));
        for (String mode : List.of(STEP, BOUNDED, ASYNC)) {
            try (DisturbedServers servers =
                    new DisturbedServers(directory.resolve("undisturbed-" + UNDISTURBED.size()), SHARDS)) {
                UNDISTURBED.put(mode, train(mode, servers, "calm-" + UNDISTURBED.size()));
            }
        }
    }

    private static Version undisturbed(String mode) {
        return Objects.requireNonNull(UNDISTURBED.get(mode));
    }

    private static Version train(String mode, DisturbedServers servers, String name) throws Exception {
        TrainingRun.Request request = new TrainingRun.Request(
                CountedRows.experiment(mode),
                List.of(logs.toString()),
                new RunDirectory(directory.resolve(name)),
                WORKERS,
                0,
                servers.addresses(),
                "test");
        TrainingRun.Result result = new TrainingRun(request, snapshot -> {}).run();
        assertThat(result.plan().totalSteps()).isEqualTo(STEPS);
        VersionRegistry registry = new VersionRegistry(directory.resolve(name));
        return Version.read(registry.directory(result.lastVersion()));
    }

    /** Failures of every kind, at calls that a seed chooses. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | " + STEP,
                "2 | " + STEP,
                "3 | " + STEP,
                "4 | " + STEP,
                "5 | " + STEP,
                "6 | " + STEP,
                "7 | " + BOUNDED,
                "8 | " + ASYNC
            })
    void everyRowCountsOnceWhateverFails(long seed, String mode) throws Exception {
        Random random = new Random(seed);
        String name = "disturbed-" + seed;
        try (DisturbedServers servers = new DisturbedServers(directory.resolve(name + "-data"), SHARDS)) {
            List<Disturbance> disturbances = disturb(servers, random, (int) seed);
            Version version = train(mode, servers, name);
            assertThat(disturbances)
                    .as("seed %d: what happened: %s", seed, disturbances)
                    .filteredOn(Disturbance::happened)
                    .hasSizeGreaterThanOrEqualTo(3);
            assertThat(version.manifest().generation())
                    .as("lives of the job, seed %d, %s", seed, disturbances)
                    .isGreaterThanOrEqualTo(2);
            CountedRows.assertTheSameCounts(version, undisturbed(mode));
            if (mode.equals(STEP)) {
                assertThat(version.manifest().weightsSha256())
                        .as("seed %d, %s", seed, disturbances)
                        .isEqualTo(undisturbed(mode).manifest().weightsSha256());
            }
        }
    }

    /** Four kinds out of all, so that eight seeds go over all of them more than twice. */
    private static List<Disturbance> disturb(DisturbedServers servers, Random random, int seed) {
        List<Disturbance> all = new ArrayList<>();
        int pushes = 2 * WORKERS * 40;
        int shard = random.nextInt(SHARDS);
        for (int kind = 4 * seed; kind < 4 * seed + 4; kind++) {
            int nth = 1 + random.nextInt(pushes);
            all.add(
                    switch (kind % 14) {
                        case 0 -> servers.add("a worker dies", asked("Push"), nth, task(servers, "gradients (1/2)"));
                        case 1 -> servers.add("a shard dies at a push", asked("Push"), nth, kill(servers, shard));
                        case 2 -> servers.add("the source dies", asked("Push"), nth, task(servers, "Source: steps"));
                        case 3 ->
                            servers.add(
                                    "a shard dies at a question, before its answer",
                                    asked("AwaitCapture"),
                                    2,
                                    kill(servers, shard));
                        case 4 ->
                            servers.add(
                                    "a shard dies between durability and completion",
                                    answered("AwaitCapture"),
                                    3,
                                    kill(servers, shard));
                        case 5 ->
                            servers.add("the committer dies", answered("AwaitCapture"), 2, task(servers, "committer"));
                        case 6 ->
                            servers.add("a shard dies while it is opened again", opensAgain(), 1, kill(servers, shard));
                        case 7 ->
                            servers.add(
                                    "a shard dies at the end of input", end("AwaitCapture"), 1, kill(servers, shard));
                        case 8 -> servers.add("a confirmation is lost", asked("Confirm"), 2, call -> Fate.LOSE_ANSWER);
                        case 9 ->
                            servers.add(
                                    "a worker dies at the end",
                                    end("AwaitCapture"),
                                    1,
                                    task(servers, "gradients (2/2)"));
                        case 10 ->
                            servers.add("the second worker dies", asked("Push"), nth, task(servers, "gradients (2/2)"));
                        case 11 -> servers.add("a push comes twice", asked("Push"), nth, call -> Fate.TWICE);
                        case 12 -> servers.add("the evaluation dies", asked("Push"), nth, task(servers, "evaluation"));
                        default ->
                            servers.add("all shards die", asked("Push"), nth, call -> {
                                for (int each = 0; each < SHARDS; each++) {
                                    servers.kill(each);
                                }
                                return Fate.PASS;
                            });
                    });
        }
        return all;
    }

    private static When asked(String method) {
        return call -> call.asked() && call.is(method);
    }

    private static When answered(String method) {
        return call -> !call.asked() && call.is(method);
    }

    private static When end(String method) {
        return call ->
                call.asked() && call.is(method) && call.capture().getKey().getBoundary() == STEPS;
    }

    /** An opening of a life that is not the first. */
    private static When opensAgain() {
        return call -> call.asked() && call.is("Open") && call.generation() > 1;
    }

    private static DisturbedServers.Happening kill(DisturbedServers servers, int shard) {
        return call -> {
            servers.kill(shard);
            return Fate.PASS;
        };
    }

    private static DisturbedServers.Happening task(DisturbedServers servers, String name) {
        return call -> {
            servers.killTask(name);
            return Fate.PASS;
        };
    }

    @Test
    void declinedCheckpointsDelayVersionsAndNothingElse() throws Exception {
        try (DisturbedServers servers = new DisturbedServers(directory.resolve("declined-data"), SHARDS)) {
            servers.declineNext(6);
            Version version = train(STEP, servers, "declined");
            assertThat(version.manifest().weightsSha256())
                    .isEqualTo(undisturbed(STEP).manifest().weightsSha256());
            assertThat(version.manifest().generation())
                    .as("nothing was restarted")
                    .isEqualTo(1);
            assertThat(version.manifest().checkpoint()).isGreaterThan(3);
        }
    }
}
