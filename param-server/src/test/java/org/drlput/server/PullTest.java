package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.drlput.common.client.RunFence;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.wire.v1.Fence;
import org.drlput.common.wire.v1.PullChunk;
import org.drlput.common.wire.v1.PullRequest;
import org.drlput.common.wire.v1.PushReply.Outcome;
import org.drlput.common.wire.v1.RowSelection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pulls: what is refused, that they wait for their step, and that a slow reader holds up nobody. */
class PullTest {
    private static final int STEPS = 3;
    private static final int LANES = 8;
    private final TestRun run = TestRun.of("run", STEPS, "{type: sgd}", 100);

    @TempDir
    Path data;

    private record Case(String name, PullRequest.Builder request, Code code, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static PullRequest.Builder rows(RowSelection.Builder selection) {
        return PullRequest.newBuilder().addRows(selection);
    }

    static Stream<Case> refused() {
        return Stream.of(
                new Case(
                        "unknown tensor",
                        rows(RowSelection.newBuilder().setName("embedding.usr")),
                        Code.INVALID_ARGUMENT,
                        "tensor 'embedding.usr': there is none of this name in the experiment's network"),
                new Case(
                        "rows of a dense tensor",
                        rows(RowSelection.newBuilder().setName("output.weight").addRow(1)),
                        Code.INVALID_ARGUMENT,
                        "pull: tensor output.weight: is no embedding table, its rows always come all"),
                new Case(
                        "row outside",
                        rows(RowSelection.newBuilder()
                                .setName("embedding.country")
                                .addRow(4)),
                        Code.INVALID_ARGUMENT,
                        "pull: tensor embedding.country: found row 4, expected rows of [0, 4), which this shard has"),
                new Case(
                        "step past the end",
                        PullRequest.newBuilder().setStep(4),
                        Code.INVALID_ARGUMENT,
                        "pull of step 4: the run has steps 0 to 2, and weights before step 3 at its end"),
                new Case(
                        "step out of range",
                        PullRequest.newBuilder().setStep(-1),
                        Code.INVALID_ARGUMENT,
                        "the run has steps 0 to 2"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedWithTheFittingStatus(Case refused) {
        try (TestServers servers = new TestServers(data, 1);
                RawClient raw = new RawClient(servers.addresses().get(0))) {
            Fence fence = open(servers);
            StatusRuntimeException failure = RawClient.failure(
                    () -> raw.pull(refused.request().setFence(fence).build()));
            assertThat(RawClient.description(failure)).contains(refused.text());
            assertThat(failure.getStatus().getCode()).isEqualTo(refused.code());
        }
    }

    private Fence open(TestServers servers) {
        return RawClient.fence(run.fence(1, servers.client().open(run.openRequest(1, 1, 1))));
    }

    private void pushStep(RawClient raw, Fence fence, long step) {
        Parameters before = Reference.train(run, step, STEPS).weights();
        for (int lane = 0; lane < LANES; lane++) {
            assertThat(raw.push(List.of(RawClient.push(fence, run, step, lane, before)))
                            .getOutcome())
                    .isEqualTo(Outcome.ACCEPTED);
        }
    }

    @Test
    void waitsUntilItsStepCanBegin() {
        try (TestServers servers = new TestServers(data, 1);
                RawClient raw = new RawClient(servers.addresses().get(0))) {
            Fence fence = open(servers);
            CompletableFuture<PullChunk> answer = new CompletableFuture<>();
            raw.asyncCalls()
                    .pull(PullRequest.newBuilder().setFence(fence).setStep(1).build(), new RawClient.Last<>(answer));
            assertThat(raw.pull(PullRequest.newBuilder().setFence(fence).build())
                            .getHeader()
                            .getStep())
                    .isZero();
            assertThat(answer).isNotDone();
            pushStep(raw, fence, 0);
            assertThat(RawClient.get(answer).getHeader().getStep()).isEqualTo(1);
            StatusRuntimeException failure = RawClient.failure(
                    () -> raw.pull(PullRequest.newBuilder().setFence(fence).build()));
            assertThat(RawClient.description(failure))
                    .isEqualTo("pull of step 0: it is applied already, as 1 steps are: who asks is of another life");
            assertThat(failure.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        }
    }

    @Test
    void aReaderThatTakesNothingHoldsUpNobody() {
        try (TestServers servers = new TestServers(data, 1);
                RawClient slow = new RawClient(servers.addresses().get(0));
                RawClient raw = new RawClient(servers.addresses().get(0))) {
            Fence fence = open(servers);
            SlowReader reader = new SlowReader();
            slow.asyncCalls().pull(PullRequest.newBuilder().setFence(fence).build(), reader);
            pushStep(raw, fence, 0);
            pushStep(raw, fence, 1);
            // it reads at last, and has the weights that it asked for
            reader.read();
            PullChunk first = RawClient.get(reader.answer);
            assertThat(first.getHeader().getStep()).isZero();
            assertThat(first.getTensor(first.getTensorCount() - 1)
                            .getFloat32Le()
                            .size())
                    .isEqualTo(4 * run.tensors().get(run.tensors().size() - 1).size());
        }
    }

    /** Asks for no message until told to. */
    private static final class SlowReader implements ClientResponseObserver<PullRequest, PullChunk> {
        private final CompletableFuture<PullChunk> answer = new CompletableFuture<>();
        private final CompletableFuture<ClientCallStreamObserver<PullRequest>> call = new CompletableFuture<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<PullRequest> stream) {
            stream.disableAutoRequestWithInitial(0);
            call.complete(stream);
        }

        void read() {
            RawClient.get(call).request(2);
        }

        @Override
        public void onNext(PullChunk chunk) {
            answer.complete(chunk);
        }

        @Override
        public void onError(Throwable error) {
            answer.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            answer.completeExceptionally(new AssertionError("no message"));
        }
    }

    @Test
    void aPullThatNobodyWaitsForIsForgotten() throws Exception {
        try (TestServers servers = new TestServers(data, 1);
                RawClient raw = new RawClient(servers.addresses().get(0))) {
            Fence fence = open(servers);
            PullRequest request =
                    PullRequest.newBuilder().setFence(fence).setStep(1).build();
            StatusRuntimeException failure = RawClient.failure(() -> raw.calls()
                    .withDeadlineAfter(50, TimeUnit.MILLISECONDS)
                    .pull(request)
                    .forEachRemaining(chunk -> {}));
            assertThat(failure.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
            pushStep(raw, fence, 0);
            RunFence again = run.fence(1, servers.client().open(run.openRequest(1, 1, 1)));
            assertThat(new TestWorker(servers.client().session(again, run.tensors()), run.tensors(), 0, LANES)
                            .step(1)
                            .steps())
                    .isEqualTo(1);
        }
    }
}
