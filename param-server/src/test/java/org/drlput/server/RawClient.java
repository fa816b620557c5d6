package org.drlput.server;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.drlput.common.client.RunFence;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.MetricsCodec;
import org.drlput.common.wire.TensorOutput;
import org.drlput.common.wire.v1.ContributionId;
import org.drlput.common.wire.v1.Fence;
import org.drlput.common.wire.v1.ParametersGrpc;
import org.drlput.common.wire.v1.PullChunk;
import org.drlput.common.wire.v1.PullRequest;
import org.drlput.common.wire.v1.PushChunk;
import org.drlput.common.wire.v1.PushHeader;
import org.drlput.common.wire.v1.PushReply;

/** Sends one shard of one whatever messages a test makes up. */
final class RawClient implements AutoCloseable {
    private final ManagedChannel channel;

    RawClient(String address) {
        channel = NettyChannelBuilder.forTarget("dns:///" + address)
                .usePlaintext()
                .directExecutor()
                .build();
    }

    ParametersGrpc.ParametersBlockingStub calls() {
        return ParametersGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    ParametersGrpc.ParametersStub asyncCalls() {
        return ParametersGrpc.newStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    ManagedChannel channel() {
        return channel;
    }

    static Fence fence(RunFence fence) {
        return Fence.newBuilder()
                .setRun(fence.run())
                .setGeneration(fence.generation())
                .setIncarnation(fence.incarnations().get(0))
                .setExperimentSha256(fence.experimentSha256())
                .setKernel(fence.kernel())
                .build();
    }

    /** A well-formed push of one micro-batch to a shard that holds everything. */
    static PushChunk push(Fence fence, TestRun run, long step, int microBatch, Parameters weights) {
        Contribution contribution = new Contribution(run.tensors());
        SyntheticGradient.fill(contribution, step, microBatch, weights);
        TensorOutput output = new TensorOutput();
        List<TensorSpec> tensors = run.tensors();
        for (int t = 0; t < tensors.size() && !contribution.empty(); t++) {
            TensorSpec tensor = tensors.get(t);
            if (!tensor.sparse()) {
                output.addRun(tensor.name(), 0, contribution.dense(t), 0, tensor.size());
                continue;
            }
            int count = contribution.sparse(t).count();
            int[] slots = new int[count];
            int[] rows = new int[count];
            for (int slot = 0; slot < count; slot++) {
                slots[slot] = slot;
                rows[slot] = contribution.sparse(t).row(slot);
            }
            output.addRows(
                    tensor.name(), tensor.columns(), contribution.sparse(t).values(), slots, rows, count);
        }
        PushChunk.Builder message = PushChunk.newBuilder()
                .setHeader(PushHeader.newBuilder()
                        .setFence(fence)
                        .setId(ContributionId.newBuilder().setStep(step).addMicroBatch(microBatch))
                        .setMetrics(MetricsCodec.encode(contribution.metrics()))
                        .setTensorChunks(output.chunkCount()));
        if (output.hasNext()) {
            message.addAllTensor(output.nextMessage());
        }
        return message.build();
    }

    PushReply push(List<PushChunk> messages) {
        CompletableFuture<PushReply> answer = new CompletableFuture<>();
        StreamObserver<PushChunk> requests = asyncCalls().push(new Last<>(answer));
        messages.forEach(requests::onNext);
        requests.onCompleted();
        return get(answer);
    }

    PullChunk pull(PullRequest request) {
        List<PullChunk> chunks = new ArrayList<>();
        calls().pull(request).forEachRemaining(chunks::add);
        return chunks.get(chunks.size() - 1);
    }

    static <T> T get(CompletableFuture<T> answer) {
        try {
            return answer.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw Status.fromThrowable(e.getCause()).asRuntimeException();
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    /** Completes with the last message. */
    static final class Last<T> implements StreamObserver<T> {
        private final CompletableFuture<T> answer;
        private T last;

        @SuppressWarnings("NullAway.Init")
        Last(CompletableFuture<T> answer) {
            this.answer = answer;
        }

        @Override
        public void onNext(T message) {
            last = message;
        }

        @Override
        public void onError(Throwable error) {
            answer.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            answer.complete(last);
        }
    }

    static StatusRuntimeException failure(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            return e;
        }
        throw new AssertionError("it was not refused");
    }

    static String description(StatusRuntimeException e) {
        return Objects.requireNonNull(e.getStatus().getDescription());
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
