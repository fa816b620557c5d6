package org.drlput.common.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.drlput.common.client.Attempt.Unary;
import org.drlput.common.client.ShardConnection.Limits;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.CaptureRequest;
import org.drlput.common.wire.v1.ConfirmReply;
import org.drlput.common.wire.v1.ConfirmRequest;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.OpenRequest;
import org.drlput.common.wire.v1.StagedFile;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.common.wire.v1.StatusRequest;

/**
 * Connections to all shards of a parameter server. Thread-safe. Every call has a deadline; what is idempotent is retried while a
 * shard is unavailable, until then. Errors: {@link ParameterServerException}.
 */
public final class ParameterClient implements AutoCloseable {
    private final ClientOptions options;
    private final ScheduledThreadPoolExecutor timer;
    private final List<ShardConnection> shards = new ArrayList<>();

    private ParameterClient(List<String> addresses, ClientOptions options) {
        this.options = options;
        timer = timer();
        for (int shard = 0; shard < addresses.size(); shard++) {
            shards.add(new ShardConnection(shard, addresses.get(shard), options, timer));
        }
    }

    static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "drlput-client-retries");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /** @param addresses {@code host:port}, in shard order; nothing is connected before the first call */
    public static ParameterClient connect(List<String> addresses) {
        return connect(addresses, ClientOptions.DEFAULT);
    }

    public static ParameterClient connect(List<String> addresses, ClientOptions options) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("addresses: found none, expected one host:port for each shard");
        }
        addresses.forEach(ShardConnection::requireAddress);
        return new ParameterClient(addresses, options);
    }

    public int shardCount() {
        return shards.size();
    }

    /** A shard's status as soon as more than {@code afterStep} steps are complete there, or after {@code wait}. */
    public StatusReply status(int shard, long afterStep, Duration wait) {
        return status(shard, afterStep, 0, wait);
    }

    /** As above, also as soon as the status's revision is greater than {@code afterRevision} (0: not waited for). */
    public StatusReply status(int shard, long afterStep, long afterRevision, Duration wait) {
        return ShardConnection.join(askStatus(shards.get(shard), afterStep, afterRevision, wait), "status");
    }

    /** Every shard's status now, in shard order. */
    public List<StatusReply> statuses() {
        List<CompletableFuture<StatusReply>> calls = new ArrayList<>();
        for (ShardConnection shard : shards) {
            calls.add(askStatus(shard, 0, 0, Duration.ZERO));
        }
        return ShardConnection.joinAll(calls, "status");
    }

    /** One shard's status now; fails with {@link ParameterServerException}, whatever the others do. */
    public CompletableFuture<StatusReply> statusNow(int shard) {
        return askStatus(shards.get(shard), 0, 0, Duration.ZERO);
    }

    private CompletableFuture<StatusReply> askStatus(
            ShardConnection shard, long afterStep, long afterRevision, Duration wait) {
        StatusRequest request = StatusRequest.newBuilder()
                .setAfterStep(afterStep)
                .setAfterRevision(afterRevision)
                .setWaitMillis((int) Math.min(wait.toMillis(), Integer.MAX_VALUE))
                .build();
        Limits limits = new Limits(options.callDeadline().plus(wait), options.retryFor());
        return shard.parameters(
                "status",
                limits,
                Unary<StatusRequest, StatusReply>::new,
                (stub, attempt) -> stub.status(request, attempt));
    }

    /**
     * Opens every shard for a new generation of a run; answers in shard order. Waits for shards that are still starting. Made
     * again with the same nonce it changes nothing.
     */
    public List<OpenReply> open(OpenRequest request) {
        Limits limits = new Limits(options.openDeadline(), options.openDeadline());
        String what = "open of run %s, generation %d".formatted(request.getRun(), request.getGeneration());
        List<CompletableFuture<OpenReply>> calls = new ArrayList<>();
        for (ShardConnection shard : shards) {
            calls.add(shard.parameters(
                    what, limits, Unary<OpenRequest, OpenReply>::new, (stub, attempt) -> stub.open(request, attempt)));
        }
        return ShardConnection.joinAll(calls, what);
    }

    /** @param tensors whole ones, in {@code ModelSpec} order */
    public TrainingSession session(RunFence fence, List<TensorSpec> tensors) {
        return new TrainingSession(shards, options, fence, tensors);
    }

    /** What a capture is asked for by: retention never removes a savepoint's. */
    public enum CapturePurpose {
        CHECKPOINT,
        SAVEPOINT
    }

    /**
     * Asks a shard for its capture of a cut, which it announces too. Completes once the capture is durable, or with a reply that
     * says why it was declined; else fails with {@link ParameterServerException}. Cancelled, or past the deadline, the capture
     * itself goes on.
     */
    public CompletableFuture<CaptureReply> awaitCapture(
            int shard, RunFence fence, CaptureKey key, CapturePurpose purpose, Duration deadline) {
        CaptureRequest request = CaptureRequest.newBuilder()
                .setFence(fence.of(shard))
                .setKey(key)
                .setSavepoint(purpose == CapturePurpose.SAVEPOINT)
                .build();
        return shards.get(shard)
                .parameters(
                        "capture of the cut at step %d".formatted(key.getBoundary()),
                        new Limits(deadline, options.retryFor()),
                        Unary<CaptureRequest, CaptureReply>::new,
                        (stub, attempt) -> stub.awaitCapture(request, attempt));
    }

    /**
     * A checkpoint that is complete.
     *
     * @param checkpoint its number
     * @param retained so many checkpoints are kept: the captures of these, and of one more, and all younger ones stay
     * @param files of all shards, each once: versions' parts that the captures' replies named
     */
    public record Confirmation(CaptureKey key, long checkpoint, int retained, List<StagedFile> files) {
        public Confirmation {
            files = List.copyOf(files);
        }
    }

    /**
     * Tells that a checkpoint is complete: shard 0 publishes the versions that it covers, then the others forget their parts.
     * Made again it changes nothing. Fails with {@link ParameterServerException}.
     */
    public CompletableFuture<Void> confirm(RunFence fence, Confirmation confirmation) {
        ConfirmRequest.Builder request = ConfirmRequest.newBuilder()
                .setKey(confirmation.key())
                .setCheckpoint(confirmation.checkpoint())
                .setRetained(confirmation.retained())
                .addAllFiles(confirmation.files());
        ShardConnection first = shards.get(0);
        return confirm(first, request.setFence(fence.of(0)).build()).thenCompose(published -> {
            List<CompletableFuture<ConfirmReply>> others = new ArrayList<>();
            for (ShardConnection shard : shards.subList(1, shards.size())) {
                others.add(
                        confirm(shard, request.setFence(fence.of(shard.shard())).build()));
            }
            return ShardConnection.all(others);
        });
    }

    private CompletableFuture<ConfirmReply> confirm(ShardConnection shard, ConfirmRequest request) {
        return shard.parameters(
                "confirm",
                new Limits(options.callDeadline(), options.retryFor()),
                Unary<ConfirmRequest, ConfirmReply>::new,
                (stub, attempt) -> stub.confirm(request, attempt));
    }

    /** Versions as shard 0 serves them; over this client's connection, closed with it. */
    public VersionClient versions() {
        return new VersionClient(shards.get(0), options, () -> {});
    }

    @Override
    public void close() {
        close(shards, timer);
    }

    static void close(List<ShardConnection> connections, ScheduledThreadPoolExecutor timer) {
        timer.shutdownNow();
        connections.forEach(ShardConnection::shutdown);
        try {
            for (ShardConnection connection : connections) {
                connection.awaitShutdown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
