package org.drlput.common.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.drlput.common.client.Attempt.Unary;
import org.drlput.common.client.ShardConnection.Limits;
import org.drlput.common.wire.v1.FetchVersionRequest;
import org.drlput.common.wire.v1.GetVersionReply;
import org.drlput.common.wire.v1.GetVersionRequest;
import org.drlput.common.wire.v1.ListVersionsReply;
import org.drlput.common.wire.v1.ListVersionsRequest;
import org.drlput.common.wire.v1.PutEvaluationReply;
import org.drlput.common.wire.v1.PutEvaluationRequest;

/** Published versions, read from any shard. Thread-safe. Errors: {@link ParameterServerException}. */
public final class VersionClient implements AutoCloseable {
    private final ShardConnection shard;
    private final ClientOptions options;
    private final Runnable onClose;

    VersionClient(ShardConnection shard, ClientOptions options, Runnable onClose) {
        this.shard = shard;
        this.options = options;
        this.onClose = onClose;
    }

    /** @param address {@code host:port} of any shard */
    public static VersionClient connect(String address) {
        ShardConnection.requireAddress(address);
        ScheduledThreadPoolExecutor timer = ParameterClient.timer();
        ShardConnection connection = new ShardConnection(0, address, ClientOptions.DEFAULT, timer);
        return new VersionClient(
                connection, ClientOptions.DEFAULT, () -> ParameterClient.close(List.of(connection), timer));
    }

    private Limits limits() {
        return new Limits(options.callDeadline(), options.retryFor());
    }

    /** Published versions, ascending. */
    public List<Long> list() {
        CompletableFuture<ListVersionsReply> call = shard.versions(
                "list of versions",
                limits(),
                Unary<ListVersionsRequest, ListVersionsReply>::new,
                (stub, attempt) -> stub.list(ListVersionsRequest.getDefaultInstance(), attempt));
        return List.copyOf(ShardConnection.join(call, "list of versions").getVersionList());
    }

    private GetVersionReply get(long version) {
        String what = "version " + version;
        GetVersionRequest request =
                GetVersionRequest.newBuilder().setVersion(version).build();
        CompletableFuture<GetVersionReply> call = shard.versions(
                what,
                limits(),
                Unary<GetVersionRequest, GetVersionReply>::new,
                (stub, attempt) -> stub.get(request, attempt));
        return ShardConnection.join(call, what);
    }

    /** The bytes of a version's {@code manifest.json}. */
    public byte[] manifest(long version) {
        return get(version).getManifestJson().toByteArray();
    }

    /** The bytes of a version's evaluation; empty: not evaluated yet. */
    public Optional<byte[]> evaluation(long version) {
        byte[] json = get(version).getEvaluationJson().toByteArray();
        return json.length == 0 ? Optional.empty() : Optional.of(json);
    }

    /**
     * Copies a version into {@code parentDirectory/<12 digits>}, which appears whole or not at all, and returns that directory;
     * one that is there already is left as it is. {@code Version.read} verifies it.
     *
     * @throws UncheckedIOException where it can not be written
     */
    public Path fetch(long version, Path parentDirectory) {
        Path directory = parentDirectory.resolve("%012d".formatted(version));
        if (Files.exists(directory)) {
            return directory;
        }
        String what = "fetch of version " + version;
        FetchVersionRequest request =
                FetchVersionRequest.newBuilder().setVersion(version).build();
        try {
            Files.createDirectories(parentDirectory);
            Path partial = Files.createTempDirectory(parentDirectory, ".fetching-" + version + "-");
            try {
                CompletableFuture<Path> call = shard.versions(
                        what,
                        new Limits(options.openDeadline(), options.retryFor()),
                        () -> new FetchAttempt(partial),
                        // writes files: not on the connection's thread
                        (stub, attempt) ->
                                stub.withExecutor(ForkJoinPool.commonPool()).fetch(request, attempt));
                ShardConnection.join(call, what);
                if (!Files.exists(directory)) {
                    Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
                }
            } finally {
                FetchAttempt.delete(partial);
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": version " + version + " can not be written: " + e, e);
        }
    }

    /** Writes an evaluation beside its version; false: there was one already, which stands. */
    public boolean putEvaluation(long version, byte[] json) {
        String what = "evaluation of version " + version;
        PutEvaluationRequest request = PutEvaluationRequest.newBuilder()
                .setVersion(version)
                .setEvaluationJson(com.google.protobuf.ByteString.copyFrom(json))
                .build();
        CompletableFuture<PutEvaluationReply> call = shard.versions(
                what,
                limits(),
                Unary<PutEvaluationRequest, PutEvaluationReply>::new,
                (stub, attempt) -> stub.putEvaluation(request, attempt));
        return ShardConnection.join(call, what).getWritten();
    }

    @Override
    public void close() {
        onClose.run();
    }
}
