package org.drlput.common.client;

import java.time.Duration;
import java.util.List;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.OpenRequest;
import org.drlput.common.wire.v1.StagedFile;
import org.drlput.common.wire.v1.StatusReply;

/**
 * Connections to all shards of a parameter server. Thread-safe. Every call has a deadline; what is idempotent is retried while a
 * shard is unavailable, until then. Errors: {@link ParameterServerException}.
 */
public final class ParameterClient implements AutoCloseable {
    private final List<String> addresses;

    private ParameterClient(List<String> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    /** @param addresses {@code host:port}, in shard order; nothing is connected before the first call */
    public static ParameterClient connect(List<String> addresses) {
        return new ParameterClient(addresses);
    }

    public int shardCount() {
        return addresses.size();
    }

    /** A shard's status as soon as more than {@code afterStep} steps are complete there, or after {@code wait}. */
    public StatusReply status(int shard, long afterStep, Duration wait) {
        throw new UnsupportedOperationException("soon");
    }

    /** As above, also as soon as the status's revision is greater than {@code afterRevision} (0: not waited for). */
    public StatusReply status(int shard, long afterStep, long afterRevision, Duration wait) {
        throw new UnsupportedOperationException("soon");
    }

    /** Every shard's status now, in shard order. */
    public List<StatusReply> statuses() {
        throw new UnsupportedOperationException("soon");
    }

    /** Opens every shard for a new generation of a run; answers in shard order. Made again with the same nonce it changes nothing. */
    public List<OpenReply> open(OpenRequest request) {
        throw new UnsupportedOperationException("soon");
    }

    /** @param tensors whole ones, in {@code ModelSpec} order */
    public TrainingSession session(RunFence fence, List<TensorSpec> tensors) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Publishes the versions whose staged files these are, as all shards' statuses named them: shard 0 writes them into the
     * registry, then the others forget their parts. Made again it changes nothing.
     */
    public void confirm(RunFence fence, List<StagedFile> files) {
        throw new UnsupportedOperationException("soon");
    }

    /** Versions as shard 0 serves them; over this client's connection, closed with it. */
    public VersionClient versions() {
        throw new UnsupportedOperationException("soon");
    }

    @Override
    public void close() {}
}
