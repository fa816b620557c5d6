package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterClient.Confirmation;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.client.RunFence;
import org.drlput.common.client.VersionClient;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.StagedFile;
import org.drlput.common.wire.v1.StatusReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From staged parts to a version that a consumer fetches; full disks; the numbers of several runs. */
class PublicationTest {
    private static final byte[] EVALUATION = "{\"relativeGain\": 0.25}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path data;

    @TempDir
    Path consumer;

    private record Trained(RunFence fence, List<OpenReply> opened) {}

    /** Trains on to a step. */
    private static void train(TestServers servers, TestRun run, RunFence fence, long from, long to) {
        TestWorker worker = new TestWorker(servers.client().session(fence, run.tensors()), run.tensors(), 0, 8);
        for (long step = from; step < to; step++) {
            assertThat(worker.step(step).steps()).isEqualTo(step);
        }
    }

    private static Trained begin(TestServers servers, TestRun run, long generation) {
        List<OpenReply> opened = servers.client()
                .open(run.openRequest(generation, generation, servers.client().shardCount()));
        return new Trained(run.fence(generation, opened), opened);
    }

    private static StatusReply await(
            ParameterClient client, int shard, java.util.function.Predicate<StatusReply> wanted) {
        StatusReply status = client.status(shard, Long.MAX_VALUE, Duration.ZERO);
        while (!wanted.test(status)) {
            status = client.status(shard, Long.MAX_VALUE, status.getRevision(), Duration.ofSeconds(10));
        }
        return status;
    }

    private static List<StagedFile> staged(ParameterClient client, int count) {
        List<StagedFile> files = new ArrayList<>();
        for (int shard = 0; shard < client.shardCount(); shard++) {
            files.addAll(await(client, shard, s -> s.getStagedCount() == count).getStagedList());
        }
        return files;
    }

    private static void confirm(TestServers servers, RunFence fence, long boundary, List<StagedFile> files) {
        CaptureKey key = CaptureKey.newBuilder()
                .setRun(fence.run())
                .setGeneration(fence.generation())
                .setBoundary(boundary)
                .build();
        try {
            servers.client().confirm(fence, new Confirmation(key, 7, 1, files)).join();
        } catch (CompletionException e) {
            throw (ParameterServerException) Objects.requireNonNull(e.getCause());
        }
    }

    /** A checkpoint with this boundary is complete; on return the versions are published. */
    private static void publish(TestServers servers, RunFence fence, long boundary, List<StagedFile> files) {
        confirm(servers, fence, boundary, files);
        List<Long> versions =
                files.stream().map(StagedFile::getVersion).distinct().toList();
        for (int shard = 0; shard < servers.client().shardCount(); shard++) {
            var unused =
                    await(servers.client(), shard, s -> s.getPublishedList().containsAll(versions));
        }
    }

    @Test
    void aPublishedVersionIsListedFetchedAndEvaluatedOnce() {
        TestRun run = TestRun.of("run", 4, "{type: adamW}", 2);
        try (TestServers servers = new TestServers(data, 2)) {
            ParameterClient client = servers.client();
            RunFence fence = begin(servers, run, 1).fence();
            train(servers, run, fence, 0, 4);
            List<StagedFile> files = staged(client, 2);
            publish(servers, fence, 4, files);
            publish(servers, fence, 4, files);
            assertThat(client.versions().list()).containsExactly(2L, 4L);
            assertThat(client.versions().evaluation(4)).isEmpty();

            try (VersionClient anywhere =
                    VersionClient.connect(servers.addresses().get(1))) {
                Path fetched = anywhere.fetch(4, consumer);
                assertThat(fetched).isEqualTo(consumer.resolve("000000000004"));
                assertThat(Version.read(fetched).manifest().run()).isEqualTo("run");
                assertThat(anywhere.fetch(4, consumer)).isEqualTo(fetched);
                assertThat(anywhere.manifest(4)).isEqualTo(readAll(fetched.resolve("manifest.json")));
                assertThat(consumer).isDirectoryNotContaining("glob:**/.fetching*");
                assertThat(anywhere.putEvaluation(4, EVALUATION)).isTrue();
                assertThat(anywhere.putEvaluation(4, "{}".getBytes(StandardCharsets.UTF_8)))
                        .isFalse();
                assertThat(anywhere.evaluation(4)).hasValue(EVALUATION);
            }
            // written through shard 1, seen by shard 0
            StatusReply status = await(client, 0, s -> s.getEvaluatedCount() == 1);
            assertThat(status.getPublishedList()).containsExactly(2L, 4L);
            assertThat(status.getEvaluatedList()).containsExactly(4L);
        }
    }

    private static byte[] readAll(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anUnknownVersionOrABadEvaluationIsRefused() {
        try (TestServers servers = new TestServers(data, 1)) {
            VersionClient versions = servers.client().versions();
            assertThat(versions.list()).isEmpty();
            assertThatThrownBy(() -> versions.fetch(7, consumer))
                    .hasMessageEndingWith(
                            "fetch of version 7: version 7: there is none of this number here: List names those that are")
                    .isInstanceOfSatisfying(
                            ParameterServerException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.NOT_FOUND));
            assertThat(consumer).isEmptyDirectory();
            assertThatThrownBy(() -> versions.manifest(7)).hasMessageContaining("version 7: there is none");
            assertThatThrownBy(() -> versions.putEvaluation(7, EVALUATION))
                    .hasMessageContaining("version 7: there is none");

            TestRun run = TestRun.of("run", 1, "{type: sgd}", 1);
            RunFence fence = begin(servers, run, 1).fence();
            train(servers, run, fence, 0, 1);
            publish(servers, fence, 1, staged(servers.client(), 1));
            assertThatThrownBy(() -> versions.putEvaluation(1, "{\"a\": ".getBytes(StandardCharsets.UTF_8)))
                    .hasMessageContaining("evaluation: is no JSON")
                    .isInstanceOfSatisfying(
                            ParameterServerException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT));
            assertThatThrownBy(() -> versions.putEvaluation(1, "[1]".getBytes(StandardCharsets.UTF_8)))
                    .hasMessageContaining("evaluation: found ARRAY, expected a JSON object");
            assertThat(versions.evaluation(1)).isEmpty();
        }
    }

    @Test
    void partsThatDoNotFitEachOtherAreNotPublished() {
        TestRun run = TestRun.of("run", 2, "{type: sgd}", 1);
        try (TestServers servers = new TestServers(data, 2)) {
            RunFence fence = begin(servers, run, 1).fence();
            train(servers, run, fence, 0, 2);
            List<StagedFile> files = staged(servers.client(), 2);
            StagedFile first = files.get(0);
            assertRefused(
                    servers,
                    fence,
                    List.of(first, first),
                    "confirm: version 1: its parts disagree: shard 0's is of generation 1, 2 shards and ");
            // taken, since who lacks a part may know the version as published; it is not, and waits for the part
            confirm(servers, fence, 2, List.of(first));
            StagedFile second = files.get(2);
            assertRefused(
                    servers,
                    fence,
                    List.of(first, second.toBuilder().setRows(1).build()),
                    "confirm: version 1: its parts disagree: shard 0's is of generation 1, 2 shards and ");
            assertRefused(
                    servers,
                    fence,
                    List.of(
                            first.toBuilder().setStep(2).build(),
                            second.toBuilder().setStep(2).build()),
                    "confirm: version 1, step 2: expected version 2 of this run");
            assertThatThrownBy(() -> confirm(servers, fence, 1, files))
                    .hasMessageContaining("confirm: version 2 is of step 2: the checkpoint's boundary is 1");
            assertThat(new VersionRegistry(data).versions()).isEmpty();
            publish(servers, fence, 2, files);
            assertThat(new VersionRegistry(data).versions()).containsExactly(1L, 2L);
            assertThat(new VersionRegistry(data).manifest(2).checkpoint()).isEqualTo(7);
        }
    }

    private static void assertRefused(TestServers servers, RunFence fence, List<StagedFile> files, String text) {
        assertThatThrownBy(() -> confirm(servers, fence, 2, files)).hasMessageContaining(text);
    }

    @Test
    void aStagedPartThatWasDamagedIsNamedAndNotPublished() throws Exception {
        TestRun run = TestRun.of("run", 1, "{type: sgd}", 1);
        try (TestServers servers = new TestServers(data, 2)) {
            RunFence fence = begin(servers, run, 1).fence();
            train(servers, run, fence, 0, 1);
            List<StagedFile> files = staged(servers.client(), 1);
            Path part = data.resolve("staging/run/000000000001-1/weights-1.arrow");
            byte[] bytes = Files.readAllBytes(part);
            bytes[bytes.length / 2] ^= 1;
            Files.write(part, bytes);
            confirm(servers, fence, 1, files);
            StatusReply status = await(servers.client(), 0, s -> !s.getWarning().isEmpty());
            assertThat(status.getWarning())
                    .startsWith("version 1: can not be published: ")
                    .contains(part + ": found File[name=weights-1.arrow")
                    .endsWith(": it was damaged: it is tried again every second");
            assertThat(new VersionRegistry(data).versions()).isEmpty();
        }
    }

    @Test
    void runsHaveNumbersOfTheirOwnAndTheirParents() {
        TestRun first = TestRun.of("first", 2, "{type: sgd}", 1);
        TestRun second = TestRun.of("second", 3, "{type: sgd}", 2);
        try (TestServers servers = new TestServers(data, 2)) {
            RunFence fence = begin(servers, first, 1).fence();
            train(servers, first, fence, 0, 2);
            publish(servers, fence, 2, staged(servers.client(), 2));

            List<OpenReply> opened = servers.client()
                    .open(second.openRequest(2, 1, 2).toBuilder().setParent("1").build());
            assertThat(opened).extracting(OpenReply::getBaseVersion).containsExactly(2L, 2L);
            RunFence other = second.fence(2, opened);
            train(servers, second, other, 0, 3);
            publish(servers, other, 3, staged(servers.client(), 2));
            VersionRegistry registry = new VersionRegistry(data);
            assertThat(registry.versions()).containsExactly(1L, 2L, 4L, 5L);
            assertThat(registry.manifest(1).parent()).isNull();
            assertThat(registry.manifest(2).parent()).isEqualTo(1);
            assertThat(registry.manifest(4).parent()).isEqualTo(1);
            assertThat(registry.manifest(5).parent()).isEqualTo(4);
            assertThat(registry.manifest(5).step()).isEqualTo(3);
            // the first run can not begin again: it would take its versions back
            assertThatThrownBy(() -> servers.client().open(first.openRequest(3, 1, 2)))
                    .hasMessageContaining(
                            "run first has published version 2, which beginning at step 0 would take back: "
                                    + "start a new run with it as parent");
        }
    }

    @Test
    void aDiskThatCanNotBeWrittenStopsVersionsButNotTraining() throws Exception {
        TestRun run = TestRun.of("run", 7, "{type: adamW}", 2);
        Path inTheWay = data.resolve("staging");
        try (TestServers servers = new TestServers(data, 1)) {
            Files.writeString(inTheWay, "");
            RunFence fence = begin(servers, run, 1).fence();
            // versions at 2 and 4 wait in memory, the one at 6 has no room: step 5 is held
            train(servers, run, fence, 0, 5);
            StatusReply status = await(servers.client(), 0, s -> !s.getWarning().isEmpty());
            assertThat(status.getWarning())
                    .startsWith("version 2: shard 0 can not write its part")
                    .endsWith("it is tried again every second; training goes on until the second next version is due");
            assertThat(status.getFailure()).isEmpty();
            assertThat(status.getStagedList()).isEmpty();

            CompletableFuture<Void> rest = CompletableFuture.runAsync(() -> train(servers, run, fence, 5, 7));
            Files.delete(inTheWay);
            rest.get();
            publish(servers, fence, 7, staged(servers.client(), 4));
            assertThat(servers.client().statuses().get(0).getWarning()).isEmpty();
            assertThat(new VersionRegistry(data).versions()).containsExactly(2L, 4L, 6L, 7L);
            Version.read(new VersionRegistry(data).directory(6));
        }
    }
}
