package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.client.VersionClient;
import org.drlput.common.client.VersionWatch;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AliasMove.Forced;
import org.drlput.common.ledger.AliasMove.Free;
import org.drlput.common.ledger.AliasMove.Rollback;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.AuditEntry.Action;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.version.WeightsFile;
import org.drlput.common.wire.v1.FetchVersionRequest;
import org.drlput.common.wire.v1.FileChunk;
import org.drlput.common.wire.v1.VersionsGrpc;
import org.drlput.common.wire.v1.VersionsState;
import org.drlput.common.wire.v1.WatchVersionsRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions as their consumers have them: over real gRPC. */
class VersionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Who ANN = new Who("ann", "because");
    private static final TestRun RUN = TestRun.of("run", 2, "{type: sgd}", 1);

    @TempDir
    private Path data;

    private ShardServer server;
    private VersionClient client;

    @BeforeEach
    void start() {
        server = ShardServer.start(ShardServer.Settings.embedded(0, 1, data));
        client = VersionClient.connect(server.address());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void publish(long... versions) {
        for (long version : versions) {
            TestPublication.publish(data, RUN, version, weights -> weights.values("output.bias")[0] = version);
        }
    }

    private AliasMove.Outcome force(long version, @Nullable Long expected) {
        return client.move(new AliasMove("stable", version, expected, new Forced(null), ANN));
    }

    private static void assertRefused(Status.Code code, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ParameterServerException.class,
                        e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    @Test
    void aliasesPinsAndTheirHistory() {
        publish(1, 2, 3);
        assertThat(client.list()).containsExactly(1L, 2L, 3L);
        assertThat(force(1, null).entry().action()).isEqualTo(Action.FORCE);
        assertThat(force(2, 1L).moved()).isTrue();
        client.move(new AliasMove("stable", 1L, 2L, new Rollback(), ANN));
        client.move(new AliasMove("canary", 3L, null, new Free(), ANN));
        client.move(new AliasMove("canary", null, 3L, new Free(), ANN));
        client.pin(2, ANN);
        VersionKeeper.Listing listing = client.listing();
        assertThat(listing.aliases()).containsExactly(Map.entry("latest", 3L), Map.entry("stable", 1L));
        assertThat(listing.pins())
                .hasEntrySatisfying(2L, pin -> assertThat(pin.reason()).isEqualTo("because"));
        assertThat(listing.sequence()).isEqualTo(6);
        assertThat(client.history("stable", 10))
                .extracting(AuditEntry::action)
                .containsExactly(Action.ROLLBACK, Action.FORCE, Action.FORCE);
        assertThat(client.history(null, 2)).extracting(AuditEntry::sequence).containsExactly(6L, 5L);
        // as commands that work on the directory see it
        assertThat(new VersionKeeper(data, Clock.systemUTC()).history()).hasSize(6);
        client.unpin(2, ANN);
        client.delete(3, ANN);
        assertThat(client.list()).containsExactly(1L, 2L);
    }

    @Test
    void whatIsRefusedSaysWhy() throws IOException {
        publish(1, 2);
        force(1, null);
        assertRefused(Status.Code.ABORTED, "alias stable: stands at version 1, expected none", () -> force(2, null));
        assertRefused(Status.Code.NOT_FOUND, "version 9: there is none of this number here", () -> force(9, 1L));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "alias stable: moves through the gate",
                () -> client.move(new AliasMove("stable", 2L, 1L, new Free(), ANN)));
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "version 1: is not removed: alias stable stands at it",
                () -> client.delete(1, ANN));
        assertRefused(Status.Code.NOT_FOUND, "version 2: is not pinned", () -> client.unpin(2, ANN));
        Files.writeString(data.resolve("aliases.json"), "{}");
        assertRefused(Status.Code.DATA_LOSS, "aliases.json: its formatVersion is missing", () -> force(2, 1L));
        assertRefused(Status.Code.DATA_LOSS, "aliases.json: its formatVersion is missing", client::listing);
        assertThat(data.resolve("aliases.json")).hasContent("{}");
    }

    @Test
    void theEvaluationOfARemovedVersionIsLeft() {
        publish(1, 2);
        client.putEvaluation(1, Evaluation.failed(1, 1, "a test").toJson());
        client.delete(1, ANN);
        assertThat(client.evaluation(1)).isPresent();
        assertThat(client.manifest(1)).isEmpty();
        assertRefused(Status.Code.NOT_FOUND, "version 1: there is none", () -> client.fetch(1, data.resolve("copies")));
    }

    private static final class States implements VersionWatch.Listener {
        private final BlockingQueue<VersionWatch.State> states = new LinkedBlockingQueue<>();
        private final AtomicInteger losses = new AtomicInteger();

        @Override
        public void changed(VersionWatch.State state) {
            states.add(state);
        }

        @Override
        public void lost(ParameterServerException why) {
            losses.incrementAndGet();
        }

        VersionWatch.State next() throws InterruptedException {
            VersionWatch.State state = states.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(state).isNotNull();
            return state;
        }
    }

    @Test
    void aFollowerHearsOfEveryChangeWhoeverMadeIt() throws InterruptedException {
        publish(1);
        States heard = new States();
        try (VersionWatch watch = client.watch(Duration.ZERO, heard)) {
            VersionWatch.State first = heard.next();
            assertThat(first.published()).containsExactly(1L);
            assertThat(first.aliases()).containsExactly(Map.entry("latest", 1L));
            publish(2);
            VersionWatch.State second = heard.next();
            assertThat(second.published()).containsExactly(2L);
            assertThat(second.aliases()).containsExactly(Map.entry("latest", 2L));
            // another process, that knows the directory
            new VersionKeeper(data, Clock.systemUTC()).move(new AliasMove("stable", 1L, null, new Forced(null), ANN));
            assertThat(heard.next().aliases()).containsEntry("stable", 1L);
            force(2, 1L);
            VersionWatch.State last = heard.next();
            assertThat(last.aliases()).containsEntry("stable", 2L);
            assertThat(last.sequence()).isEqualTo(2);
            assertThat(last.published()).isEmpty();
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void theStateIsRepeatedWhereThatIsAskedFor() throws InterruptedException {
        publish(1);
        States heard = new States();
        try (VersionWatch watch = client.watch(Duration.ofMillis(100), heard)) {
            VersionWatch.State first = heard.next();
            assertThat(heard.next().aliases()).isEqualTo(first.aliases());
            assertThat(heard.next().published()).isEmpty();
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void aFollowerComesBackToAServerThatWasStartedAgain() throws InterruptedException {
        publish(1);
        States heard = new States();
        try (VersionWatch watch = client.watch(Duration.ZERO, heard)) {
            heard.next();
            int port = server.port();
            server.close();
            publish(2);
            server = ShardServer.start(new ShardServer.Settings(0, 1, data, "127.0.0.1", port));
            assertThat(heard.next().published()).containsExactly(1L, 2L);
            assertThat(heard.losses.get()).isPositive();
            assertThat(watch).isNotNull();
        }
    }

    private long sentBytes(RawClient raw, long version, long known) {
        Iterator<FileChunk> chunks = VersionsGrpc.newBlockingStub(raw.channel())
                .fetch(FetchVersionRequest.newBuilder()
                        .setVersion(version)
                        .setKnownVersion(known)
                        .build());
        long sent = 0;
        while (chunks.hasNext()) {
            sent += chunks.next().getContent().size();
        }
        return sent;
    }

    @Test
    void onlyWhatIsDifferentTravels() throws IOException {
        TestRun large = TestRun.of(
                "large",
                new String(RUN.experimentYaml(), java.nio.charset.StandardCharsets.UTF_8)
                        .replace("hashBuckets: 101", "hashBuckets: 50000"),
                2);
        for (long version = 1; version <= 2; version++) {
            long v = version;
            TestPublication.publish(data, large, version, weights -> weights.values("embedding.user")[4 * 777] = v);
        }
        Path copies = data.resolve("copies");
        Path first = client.fetch(1, copies);
        Path second = client.fetch(2, 1, copies);
        assertThat(Version.read(second).weights().values("embedding.user")[4 * 777])
                .isEqualTo(2);
        try (RawClient raw = new RawClient(server.address())) {
            long whole = sentBytes(raw, 2, 0);
            assertThat(whole).isGreaterThan(800_000);
            // the changed block, and the manifest
            assertThat(sentBytes(raw, 2, 1)).isLessThan(20_000);
            assertThat(sentBytes(raw, 2, 7)).as("a version that is not there").isEqualTo(whole);
        }
        // what the follower has is not what it believes to have
        Path part = first.resolve(WeightsFile.name(0));
        byte[] bytes = Files.readAllBytes(part);
        bytes[bytes.length / 2] ^= 1;
        Files.write(part, bytes);
        TestPublication.publish(data, large, 3, weights -> weights.values("embedding.user")[0] = 3);
        assertThat(Version.read(client.fetch(3, 1, copies)).weights().values("embedding.user")[0])
                .isEqualTo(3);
        Files.delete(part);
        TestPublication.publish(data, large, 4, weights -> weights.values("embedding.user")[0] = 4);
        assertThat(Version.read(client.fetch(4, 1, copies)).weights().values("embedding.user")[0])
                .isEqualTo(4);
    }

    /** Asks and never reads: no message is requested. */
    private static final class Hanging<Q, R> implements ClientResponseObserver<Q, R> {
        private @Nullable ClientCallStreamObserver<Q> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> stream) {
            call = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(R value) {
            throw new AssertionError("nothing was asked for");
        }

        @Override
        public void onError(Throwable error) {
            // it is cancelled
        }

        @Override
        public void onCompleted() {
            // it is not waited for
        }

        void cancel() {
            if (call != null) {
                call.cancel("the test is over", null);
            }
        }
    }

    @Test
    void followersThatHangHoldUpNobodyAndNothingForLong() throws Exception {
        publish(1);
        List<Hanging<?, ?>> hanging = new ArrayList<>();
        try (RawClient raw = new RawClient(server.address())) {
            VersionsGrpc.VersionsStub stub = VersionsGrpc.newStub(raw.channel());
            for (int i = 0; i < 100; i++) {
                Hanging<FetchVersionRequest, FileChunk> fetch = new Hanging<>();
                stub.fetch(FetchVersionRequest.newBuilder().setVersion(1).build(), fetch);
                Hanging<WatchVersionsRequest, VersionsState> watch = new Hanging<>();
                stub.watch(WatchVersionsRequest.newBuilder().setRepeatMillis(1).build(), watch);
                hanging.add(fetch);
                hanging.add(watch);
            }
            States heard = new States();
            try (VersionWatch watch = client.watch(Duration.ZERO, heard)) {
                heard.next();
                publish(2);
                assertThat(heard.next().published()).containsExactly(2L);
                assertThat(watch).isNotNull();
            }
            Version.read(client.fetch(1, data.resolve("copies")));
            // small enough to be on their way, so that the server is done with them
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(leases()).isEmpty());
            hanging.forEach(Hanging::cancel);
        }
        client.delete(1, ANN);
        assertThat(new VersionRegistry(data).versions()).containsExactly(2L);
    }

    private List<Path> leases() throws IOException {
        try (var files = Files.list(data.resolve("leases"))) {
            return files.toList();
        }
    }

    @Test
    void aVersionThatIsBeingReadIsNotRemoved() throws Exception {
        TestRun large = TestRun.of(
                "large",
                new String(RUN.experimentYaml(), java.nio.charset.StandardCharsets.UTF_8)
                        .replace("hashBuckets: 101", "hashBuckets: 500000"),
                2);
        TestPublication.publish(data, large, 1, weights -> {});
        publish(2);
        Hanging<FetchVersionRequest, FileChunk> slow = new Hanging<>();
        try (RawClient raw = new RawClient(server.address())) {
            VersionsGrpc.newStub(raw.channel())
                    .fetch(FetchVersionRequest.newBuilder().setVersion(1).build(), slow);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(leases()).hasSize(1));
            assertRefused(
                    Status.Code.FAILED_PRECONDITION,
                    "version 1: is not removed: it is being read",
                    () -> client.delete(1, ANN));
            slow.cancel();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(leases()).isEmpty());
        }
        client.delete(1, ANN);
    }
}
