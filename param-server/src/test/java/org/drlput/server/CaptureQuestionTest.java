package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.drlput.common.client.ParameterClient.CapturePurpose;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.server.capture.CaptureStore;
import org.drlput.server.capture.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures asked for over gRPC: when they are taken, when declined, how long they stay. */
class CaptureQuestionTest {
    private static final int STEPS = 30;

    @TempDir
    Path data;

    private final TestRun run = TestRun.of("run", STEPS, "{type: adamW}", 1_000);

    private List<String> onDisk() throws Exception {
        List<String> names = new ArrayList<>();
        for (var key : new CaptureStore(data).whole("run")) {
            names.add(key.name());
        }
        return names;
    }

    @Test
    void aCutThatAPushTellsOfIsCapturedThoughTheRunHasGoneOnWhenTheQuestionComes() throws Exception {
        try (TestServers servers = new TestServers(data, 2)) {
            TestLife life = TestLife.open(servers.client(), run, 1, null);
            life.train(4);
            CaptureKey four = life.cut();
            life.train(9);
            List<CaptureReply> replies = life.capture(four, CapturePurpose.CHECKPOINT);
            assertThat(replies).allMatch(reply -> reply.getDeclined().isEmpty());
            for (int shard = 0; shard < 2; shard++) {
                Path file = data.resolve("captures/run/1-4/shard-%d-of-2.capture".formatted(shard));
                assertThat(Files.size(file)).isEqualTo(replies.get(shard).getBytes());
            }
            assertThat(onDisk()).containsExactly("1-4");
            assertThat(servers.client().statuses().get(1).getCapturesList()).containsExactly(four);
        }
    }

    @Test
    void aCutThatTheShardHasPassedWithoutKnowingIsDeclined() {
        try (TestServers servers = new TestServers(data, 1)) {
            TestLife life = TestLife.open(servers.client(), run, 1, null);
            life.train(4);
            CaptureReply reply =
                    life.capture(life.key(3), CapturePurpose.CHECKPOINT).get(0);
            assertThat(reply.getDeclined()).startsWith("capture 1-3: ");
            assertThat(data.resolve("captures")).doesNotExist();
        }
    }

    @Test
    void aQuestionGivenUpTakesNothingBack() throws Exception {
        try (TestServers servers = new TestServers(data, 1)) {
            TestLife life = TestLife.open(servers.client(), run, 1, null);
            life.train(3);
            CaptureKey five = life.key(5);
            assertThatThrownBy(() -> life.ask(0, five, CapturePurpose.CHECKPOINT, Duration.ofMillis(100))
                            .join())
                    .cause()
                    .isInstanceOfSatisfying(
                            ParameterServerException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.DEADLINE_EXCEEDED));
            CompletableFuture<CaptureReply> cancelled = life.ask(0, five, CapturePurpose.CHECKPOINT, TestLife.PATIENCE);
            cancelled.cancel(true);
            CompletableFuture<CaptureReply> waiting = life.ask(0, five, CapturePurpose.CHECKPOINT, TestLife.PATIENCE);
            // a status is answered after the questions before it
            var unused = servers.client().statuses();
            life.train(7);
            assertThat(waiting.join().getDeclined()).isEmpty();
            assertThat(onDisk()).containsExactly("1-5");
        }
    }

    @Test
    void aQuestionThatWaitsWhileANewGenerationIsOpenedIsDeclined() {
        try (TestServers servers = new TestServers(data, 1)) {
            TestLife life = TestLife.open(servers.client(), run, 1, null);
            CompletableFuture<CaptureReply> waiting =
                    life.ask(0, life.key(5), CapturePurpose.CHECKPOINT, TestLife.PATIENCE);
            var unused = servers.client().statuses();
            TestLife.open(servers.client(), run, 2, null);
            assertThat(waiting.join().getDeclined()).isEqualTo("generation 2 was opened after 1: this one is over");
        }
    }

    @Test
    void theNewestConfirmedOnesAndAllYoungerStayAndSavepointsToo() throws Exception {
        try (TestServers servers = new TestServers(data, 2)) {
            TestLife life = TestLife.open(servers.client(), run, 1, null);
            life.train(1);
            CaptureKey savepoint = life.cut();
            assertThat(life.capture(savepoint, CapturePurpose.SAVEPOINT))
                    .allMatch(reply -> reply.getDeclined().isEmpty());
            for (int step = 2; step <= 7; step++) {
                life.train(step);
                CaptureKey key = life.checkpoint();
                if (step != 5) {
                    life.confirm(key, 1);
                }
            }
            life.train(8);
            // written after what the last confirmation removes
            var unused = life.checkpoint();
            assertThat(onDisk()).containsExactly("1-1", "1-6", "1-7", "1-8");
            assertThat(new CaptureStore(data).pinned(new org.drlput.server.shard.CaptureKey("run", 1, 1)))
                    .isTrue();
        }
    }

    @Test
    void onAFullDiskTrainingGoesOnAndTheNextCaptureAfterThereIsSpaceCompletes() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(data.resolve("disk"), 256 << 10);
                TestServers servers = new TestServers(disk.path(), 1)) {
            TestLife life = TestLife.open(servers.client(), run, 1, null);
            life.train(2);
            Path filler = disk.path().resolve("filler");
            disk.fill(filler);
            CaptureReply declined =
                    life.capture(life.cut(), CapturePurpose.CHECKPOINT).get(0);
            assertThat(declined.getDeclined())
                    .startsWith("capture 1-2: shard 0 can not write its part: ")
                    .contains("No space left on device")
                    .endsWith(": training goes on, the next one is tried");
            assertThat(servers.client().statuses().get(0).getWarning()).isEqualTo(declined.getDeclined());
            life.train(5);
            Files.delete(filler);
            CaptureKey five = life.checkpoint();
            assertThat(servers.client().statuses().get(0).getWarning()).isEmpty();
            CaptureStore store = new CaptureStore(disk.path());
            assertThat(store.whole("run")).hasSize(1);
            assertThat(store.folder(new org.drlput.server.shard.CaptureKey("run", 1, 2)))
                    .satisfiesAnyOf(
                            folder -> assertThat(folder).isEmptyDirectory(),
                            folder -> assertThat(folder).doesNotExist());
            TestLife again = TestLife.open(servers.client(), run, 2, five);
            again.train(7);
            again.assertSameBits(STEPS);
        }
    }
}
