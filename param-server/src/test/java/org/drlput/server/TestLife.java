package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterClient.CapturePurpose;
import org.drlput.common.client.ParameterClient.Confirmation;
import org.drlput.common.client.RunFence;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.OpenRequest;
import org.drlput.common.wire.v1.StagedFile;
import org.drlput.common.wire.v1.StatusReply;
import org.jspecify.annotations.Nullable;

/** One generation of a run: trains, asks for captures, confirms them, as the job does. One thread. */
final class TestLife {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ParameterClient client;
    private final TestRun run;
    private final RunFence fence;
    private final TestWorker worker;
    private long step;

    private TestLife(ParameterClient client, TestRun run, RunFence fence, long step) {
        this.client = client;
        this.run = run;
        this.fence = fence;
        this.step = step;
        this.worker = new TestWorker(client.session(fence, run.tensors()), run.tensors(), 0, 8);
    }

    static OpenRequest request(ParameterClient client, TestRun run, long generation, @Nullable CaptureKey restored) {
        OpenRequest.Builder request = run.openRequest(generation, 100 + generation, client.shardCount()).toBuilder();
        if (restored != null) {
            request.setCaptureKey(restored).setCaptureCheckpoint(restored.getBoundary());
        }
        return request.build();
    }

    /** Checkpoints have the number of their boundary. */
    static TestLife open(ParameterClient client, TestRun run, long generation, @Nullable CaptureKey restored) {
        List<OpenReply> opened = client.open(request(client, run, generation, restored));
        long step = restored == null ? 0 : restored.getBoundary();
        assertThat(opened).allMatch(reply -> reply.getStep() == step);
        return new TestLife(client, run, run.fence(generation, opened), step);
    }

    RunFence fence() {
        return fence;
    }

    /** Makes all steps before this one. */
    void train(long end) {
        while (step < end) {
            assertThat(worker.step(step).steps()).isEqualTo(step);
            step++;
        }
    }

    CaptureKey key(long boundary) {
        return CaptureKey.newBuilder()
                .setRun(run.name())
                .setGeneration(fence.generation())
                .setBoundary(boundary)
                .build();
    }

    /** A cut where the run stands: the next pushes tell the shards of it. */
    CaptureKey cut() {
        CaptureKey key = key(step);
        worker.lastCut(key);
        return key;
    }

    CompletableFuture<CaptureReply> ask(int shard, CaptureKey key, CapturePurpose purpose, Duration deadline) {
        return client.awaitCapture(shard, fence, key, purpose, deadline);
    }

    /** What the shards answer, in their order. */
    List<CaptureReply> capture(CaptureKey key, CapturePurpose purpose) {
        List<CompletableFuture<CaptureReply>> questions = new ArrayList<>();
        for (int shard = 0; shard < client.shardCount(); shard++) {
            questions.add(ask(shard, key, purpose, PATIENCE));
        }
        return questions.stream().map(CompletableFuture::join).toList();
    }

    /** A cut where the run stands, with its captures. */
    CaptureKey checkpoint() {
        CaptureKey key = cut();
        assertThat(capture(key, CapturePurpose.CHECKPOINT))
                .allMatch(reply ->
                        reply.getDeclined().isEmpty() && reply.getSha256().length() == 64);
        return key;
    }

    Confirmation confirmation(CaptureKey key, int retained) {
        // shards name each other's parts, too
        Set<StagedFile> files = new LinkedHashSet<>();
        capture(key, CapturePurpose.CHECKPOINT).forEach(reply -> files.addAll(reply.getStagedList()));
        return new Confirmation(key, key.getBoundary(), retained, List.copyOf(files));
    }

    /** Tells that the checkpoint with this key is complete. */
    void confirm(CaptureKey key, int retained) {
        client.confirm(fence, confirmation(key, retained)).join();
    }

    StatusReply await(int shard, Predicate<StatusReply> wanted) {
        StatusReply status = client.status(shard, Long.MAX_VALUE, Duration.ZERO);
        while (!wanted.test(status)) {
            status = client.status(shard, Long.MAX_VALUE, status.getRevision(), Duration.ofSeconds(10));
        }
        return status;
    }

    void awaitPublished(int versions) {
        var unused = await(0, status -> status.getPublishedCount() == versions);
    }

    Parameters weights() {
        return worker.pullAll(step);
    }

    /** They are those of a run that nobody disturbed. */
    void assertSameBits(long totalSteps) {
        Parameters expected = Reference.train(run, step, totalSteps).weights();
        Parameters found = weights();
        for (int t = 0; t < run.tensors().size(); t++) {
            assertThat(found.values(t)).as(run.tensors().get(t).name()).isEqualTo(expected.values(t));
        }
    }
}
