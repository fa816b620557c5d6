package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.drlput.common.client.ClientOptions;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterClient.Confirmation;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.version.WeightsHash;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.StatusReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generations that begin with a capture, over gRPC. */
class RestoreTest {
    private static final int STEPS = 20;
    /** Asks again for a while only, where the default asks for two minutes. */
    private static final ClientOptions IMPATIENT = new ClientOptions(
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(6),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));

    @TempDir
    Path data;

    private static TestRun run(String optimizer) {
        return TestRun.of("run", STEPS, "{type: " + optimizer + ", learningRate: 0.01}", 5);
    }

    @ParameterizedTest(name = "{0} shards, then {1}, then {2}, {3}")
    @CsvSource({
        "2, 3, 1, adamW",
        "1, 2, 2, adamW",
        "3, 1, 4, adam",
        "2, 3, 1, sgd",
        "2, 3, 1, 'adamW, averaging: {type: polynomial}'",
        "3, 1, 2, 'adagrad, averaging: {type: tail, share: 0.5}'"
    })
    void aRunThatMovesBetweenShardsHasTheBitsAndVersionsOfAnUndisturbedOne(
            int first, int second, int third, String optimizer) {
        TestRun run = run(optimizer);
        CaptureKey eight;
        try (TestServers servers = new TestServers(data, first)) {
            TestLife life = TestLife.open(servers.client(), run, 1, null);
            life.train(8);
            eight = life.checkpoint();
            // goes on, and stages version 10, and is taken back
            life.train(11);
            var unused = life.await(0, status -> status.getStagedCount() == 2);
        }
        CaptureKey fifteen;
        try (TestServers servers = new TestServers(data, second)) {
            TestLife life = TestLife.open(servers.client(), run, 2, eight);
            life.awaitPublished(1);
            life.train(15);
            fifteen = life.checkpoint();
        }
        try (TestServers servers = new TestServers(data, third)) {
            TestLife life = TestLife.open(servers.client(), run, 3, fifteen);
            life.train(STEPS);
            life.confirm(life.checkpoint(), 1);
            life.awaitPublished(4);
            life.assertSameBits(STEPS);
        }
        assertPublished(run);
    }

    private void assertPublished(TestRun run) {
        VersionRegistry registry = new VersionRegistry(data);
        assertThat(registry.versions()).containsExactly(5L, 10L, 15L, 20L);
        for (long step = 5; step <= STEPS; step += 5) {
            Version version = Version.read(registry.directory(step));
            Reference reference = Reference.train(run, step, STEPS);
            assertThat(version.manifest().weightsSha256())
                    .isEqualTo(WeightsHash.sha256(run.tensors(), reference.version(), version.statistics()));
            assertThat(version.manifest().rows().trained()).isEqualTo(reference.totals().rows);
        }
        assertThat(registry.manifest(5).checkpoint()).isEqualTo(8);
        assertThat(registry.manifest(10).checkpoint()).isEqualTo(15);
        assertThat(registry.manifest(10).generation()).isEqualTo(2);
        assertThat(registry.manifest(20).checkpoint()).isEqualTo(20);
        assertThat(data.resolve("staging/run")).isEmptyDirectory();
    }

    @Test
    void metricsGoOnWhereTheCutWas() {
        TestRun run = run("adamW");
        try (TestServers servers = new TestServers(data, 2)) {
            TestLife life = TestLife.open(servers.client(), run, 1, null);
            life.train(7);
            CaptureKey seven = life.checkpoint();
            life.train(9);
            var again = TestLife.open(servers.client(), run, 2, seven);
            again.train(12);
            for (StatusReply status : servers.client().statuses()) {
                assertThat(status.getMetrics().getRewardSum())
                        .isEqualTo(Reference.train(run, 12, STEPS).totals().rewardSum);
                assertThat(status.getStep()).isEqualTo(12);
            }
        }
    }

    private static void assertRefused(ThrowingCallable call, Code code, String... texts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ParameterServerException.class,
                        e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContainingAll(texts);
    }

    @Test
    void aDamagedCaptureIsRefusedByNameAndTheOlderOneCanBeGoneBackTo() throws Exception {
        TestRun run = run("adamW");
        try (TestServers servers = new TestServers(data, 2)) {
            ParameterClient client = servers.client();
            TestLife life = TestLife.open(client, run, 1, null);
            life.train(3);
            CaptureKey three = life.checkpoint();
            life.train(4);
            CaptureKey four = life.checkpoint();
            Path part = data.resolve("captures/run/1-4/shard-1-of-2.capture");
            byte[] bytes = Files.readAllBytes(part);
            bytes[bytes.length / 2] ^= 4;
            Files.write(part, bytes);
            assertRefused(
                    () -> client.open(TestLife.request(client, run, 2, four)),
                    Code.INVALID_ARGUMENT,
                    "open: capture 1-4 of run run: " + part + ": the SHA-256 of its content is ",
                    "it is not used; the newest older one that is whole is 1-3: to go back to it, restore a checkpoint that stands on it");
            TestLife back = TestLife.open(client, run, 3, three);
            back.train(STEPS);
            back.assertSameBits(STEPS);
        }
    }

    @Test
    void capturesThatAreOutOfReachAreWaitedForNotGivenUp() throws Exception {
        TestRun run = run("adamW");
        try (TestServers servers = new TestServers(data, 2)) {
            ParameterClient client = servers.client();
            TestLife life = TestLife.open(client, run, 1, null);
            life.train(3);
            CaptureKey three = life.checkpoint();
            Path captures = data.resolve("captures/run");
            Path away = data.resolve("captures-away");
            Files.move(captures, away);
            Files.createFile(captures);
            try (ParameterClient impatient = ParameterClient.connect(servers.addresses(), IMPATIENT)) {
                assertRefused(
                        () -> impatient.open(TestLife.request(impatient, run, 2, three)),
                        Code.UNAVAILABLE,
                        "open: capture 1-3 of run run: its folder is out of reach: ",
                        captures.toString());
            }
            Files.delete(captures);
            Files.move(away, captures);
            TestLife back = TestLife.open(client, run, 3, three);
            back.train(STEPS);
            back.assertSameBits(STEPS);
        }
    }

    @Test
    void aCaptureThatIsNotThereIsRefused() {
        TestRun run = run("adamW");
        try (TestServers servers = new TestServers(data, 1)) {
            ParameterClient client = servers.client();
            CaptureKey unknown = CaptureKey.newBuilder()
                    .setRun("run")
                    .setGeneration(1)
                    .setBoundary(3)
                    .build();
            assertRefused(
                    () -> client.open(TestLife.request(client, run, 2, unknown)),
                    Code.INVALID_ARGUMENT,
                    "there is none: was it removed?: no older capture of this run is whole: begin a new run");
        }
    }

    @Test
    void aRestoreBelowAPublishedVersionIsRefused() {
        TestRun run = run("adamW");
        try (TestServers servers = new TestServers(data, 2)) {
            ParameterClient client = servers.client();
            TestLife life = TestLife.open(client, run, 1, null);
            life.train(3);
            CaptureKey three = life.checkpoint();
            life.train(6);
            life.confirm(life.checkpoint(), 2);
            life.awaitPublished(1);
            assertRefused(
                    () -> client.open(TestLife.request(client, run, 2, three)),
                    Code.INVALID_ARGUMENT,
                    "open: run run has published version 5, which beginning at step 3 would take back: start a new run with it as parent");
        }
    }

    @Test
    void aConfirmationOfAnOlderGenerationPublishesNothing() {
        TestRun run = run("adamW");
        try (TestServers servers = new TestServers(data, 2)) {
            ParameterClient client = servers.client();
            TestLife life = TestLife.open(client, run, 1, null);
            life.train(4);
            CaptureKey four = life.checkpoint();
            life.train(6);
            CaptureKey six = life.checkpoint();
            Confirmation late = life.confirmation(six, 1);
            TestLife next = TestLife.open(client, run, 2, four);
            assertThatThrownBy(() -> client.confirm(life.fence(), late).join())
                    .cause()
                    .isInstanceOfSatisfying(
                            ParameterServerException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION))
                    .hasMessageEndingWith(
                            "generation: found 1, expected 2, with which this shard is open: who asks is of another life");
            next.train(STEPS);
            assertThat(new VersionRegistry(data).versions()).isEmpty();
        }
    }

    @Test
    void anotherKernelOnResumeIsRefused() {
        TestRun run = run("adamW");
        try (TestServers servers = new TestServers(data, 1)) {
            ParameterClient client = servers.client();
            TestLife life = TestLife.open(client, run, 1, null);
            life.train(3);
            CaptureKey three = life.checkpoint();
            assertRefused(
                    () -> client.open(TestLife.request(client, run, 2, three).toBuilder()
                            .setKernel("openblas/zen")
                            .build()),
                    Code.INVALID_ARGUMENT,
                    "shard-0-of-1.capture: kernel: found plain, expected openblas/zen");
        }
    }
}
