package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterClient.CapturePurpose;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.server.capture.CaptureStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lives of a server process that ends by SIGKILL. */
class KilledServerTest {
    private static final long SEED = 4;

    @TempDir
    Path data;

    @TempDir
    Path logs;

    @Test
    void aServerThatWasKilledFindsItsDataAndServesNoTrainingCallUntilOpened() throws Exception {
        TestRun run = TestRun.of("run", 12, "{type: adamW}", 5);
        try (ServerProcess server = new ServerProcess(data, logs.resolve("log"));
                ParameterClient client = ParameterClient.connect(List.of(server.address()))) {
            TestLife life = TestLife.open(client, run, 7, null);
            life.train(6);
            CaptureKey six = life.checkpoint();
            life.confirm(six, 1);
            life.awaitPublished(1);
            life.train(9);
            long incarnation = client.statuses().get(0).getIncarnation();
            server.kill();
            server.startAgain();

            StatusReply status = client.statuses().get(0);
            assertThat(status.getGeneration()).isEqualTo(7);
            assertThat(status.getOpened()).isFalse();
            assertThat(status.getStep()).isZero();
            assertThat(status.getIncarnation()).isNotEqualTo(incarnation);
            assertThat(client.versions().list()).containsExactly(5L);
            assertThatThrownBy(life::weights)
                    .hasMessageEndingWith("this shard is not opened: only Status is served before Open: open it");
            assertThatThrownBy(() -> client.open(TestLife.request(client, run, 7, null)))
                    .isInstanceOfSatisfying(
                            ParameterServerException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION))
                    .hasMessageEndingWith(
                            "open: generation 7 of run run is not higher than 7, which an earlier life of this shard has seen: ask again with a higher one");

            TestLife next = TestLife.open(client, run, 8, six);
            next.train(12);
            next.confirm(next.checkpoint(), 1);
            next.awaitPublished(3);
            next.assertSameBits(12);
        }
    }

    @Test
    void killedAtAnyMomentOfAWriteItHoldsAWholeCaptureOrNone() throws Exception {
        Random random = new Random(SEED);
        TestRun run = TestRun.of("run", 40, "{type: adamW}", 1_000);
        try (ServerProcess server = new ServerProcess(data, logs.resolve("log"));
                ParameterClient client = ParameterClient.connect(List.of(server.address()))) {
            CaptureKey newest = null;
            for (int round = 1; round <= 6; round++) {
                TestLife life = TestLife.open(client, run, round, newest);
                life.train((newest == null ? 0 : newest.getBoundary()) + 2);
                CompletableFuture<CaptureReply> question =
                        life.ask(0, life.cut(), CapturePurpose.CHECKPOINT, TestLife.PATIENCE);
                LockSupport.parkNanos(random.nextInt(12_000_000));
                server.kill();
                boolean durable = question.handle((reply, e) ->
                                reply != null && reply.getDeclined().isEmpty())
                        .join();
                server.startAgain();
                CaptureKey found = newestWhole();
                if (durable) {
                    assertThat(found)
                            .as("seed %d, round %d: it was durable", SEED, round)
                            .isEqualTo(life.cut());
                }
                assertThat(leftovers()).as("seed %d, round %d", SEED, round).isEmpty();
                assertThat(client.statuses().get(0).getGeneration()).isEqualTo(round);
                newest = found;
            }
            TestLife last = TestLife.open(client, run, 7, newest);
            last.train(40);
            last.assertSameBits(40);
        }
    }

    private @Nullable CaptureKey newestWhole() throws Exception {
        var whole = new CaptureStore(data).whole("run");
        if (whole.isEmpty()) {
            return null;
        }
        var newest = whole.get(whole.size() - 1);
        return CaptureKey.newBuilder()
                .setRun(newest.run())
                .setGeneration(newest.generation())
                .setBoundary(newest.boundary())
                .build();
    }

    private List<Path> leftovers() throws Exception {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).toList();
        }
    }
}
