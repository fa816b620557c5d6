package org.drlput.jobs.train;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStateOutputStream;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointedStateScope;
import org.apache.flink.runtime.state.DefaultOperatorStateBackend;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StatePartitionStreamProvider;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.drlput.common.client.RunFence;
import org.drlput.jobs.protocol.CommittedCaptures;
import org.drlput.server.shard.Keep;
import org.jspecify.annotations.Nullable;

/**
 * The one task that sees all workers: makes a checkpoint wait, in its asynchronous part, until every shard holds its capture
 * durably, or declines it; training goes on meanwhile. Passes the generation on, once: the evaluation begins with it.
 */
final class Committer extends AbstractStreamOperator<Long> implements OneInputStreamOperator<BoundaryRecord, Long> {
    private static final long serialVersionUID = 1L;

    /** The wait for captures ends before Flink gives the checkpoint up, so that what is missing is told. */
    private static final double PATIENCE = 0.8;

    private final TrainSettings settings;
    private final int retained;
    private final long checkpointTimeoutMillis;

    /** Null until the first record of this life. */
    private transient @Nullable CaptureRounds rounds;
    /** What this life goes on from; null: the beginning. */
    private transient @Nullable CommitterState restored;

    /**
     * @param retained how many completed checkpoints Flink keeps
     * @param checkpointTimeoutMillis after which Flink gives a checkpoint up
     */
    Committer(TrainSettings settings, int retained, long checkpointTimeoutMillis) {
        this.settings = settings;
        this.retained = retained;
        this.checkpointTimeoutMillis = checkpointTimeoutMillis;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        for (StatePartitionStreamProvider state : context.getRawOperatorStateInputs()) {
            restored = CommitterState.read(state.getStream());
        }
    }

    @Override
    public void processElement(StreamRecord<BoundaryRecord> element) {
        BoundaryRecord record = element.getValue();
        if (record.checkpoint() != BoundaryRecord.OPENED) {
            opened().told(record.worker(), record.checkpoint(), record.boundary());
        } else if (rounds == null) {
            requireSamePlace(record);
            rounds = new CaptureRounds(settings.servers(), fence(record), record.workers(), retained, this::fail);
            output.collect(new StreamRecord<>(record.generation()));
        }
    }

    private void requireSamePlace(BoundaryRecord opened) {
        long boundary = restored == null ? 0 : restored.key().boundary();
        if (opened.boundary() != boundary) {
            throw new IncurableException(
                    "restored state: the source stands at step %d, the committer at %d: it is not of one checkpoint"
                            .formatted(opened.boundary(), boundary));
        }
    }

    private CaptureRounds opened() {
        if (rounds == null) {
            throw new IllegalStateException("a boundary came before the first record of its generation");
        }
        return rounds;
    }

    private RunFence fence(BoundaryRecord opened) {
        RunContext context = RunContext.of(settings);
        return new RunFence(
                settings.run(),
                opened.generation(),
                Arrays.stream(opened.incarnations()).boxed().toList(),
                context.experimentSha256(),
                settings.kernel());
    }

    private void fail(Throwable cause) {
        getContainingTask().getEnvironment().failExternally(Failures.classified(cause));
    }

    @Override
    public OperatorSnapshotFutures snapshotState(
            long checkpointId, long timestamp, CheckpointOptions options, CheckpointStreamFactory factory)
            throws Exception {
        OperatorSnapshotFutures futures = super.snapshotState(checkpointId, timestamp, options, factory);
        Keep keep = options.getCheckpointType().isSavepoint() ? Keep.PINNED : Keep.RETAINED;
        Future<CommittedCaptures> captures = rounds == null
                ? CompletableFuture.failedFuture(new CaptureRounds.DeclinedException(
                        "checkpoint %d: no worker knows where it stands: the job has just begun"
                                .formatted(checkpointId)))
                : rounds.snapshot(checkpointId, keep, patience(timestamp));
        futures.getOperatorStateRawFuture().cancel(true);
        futures.setOperatorStateRawFuture(new FutureTask<>(() -> write(captures, keep, factory)));
        return futures;
    }

    /** What is left of the time that the checkpoint, which was triggered at this moment, has. */
    private Duration patience(long timestamp) {
        long whole = (long) (PATIENCE * checkpointTimeoutMillis);
        long passed = Math.max(0, System.currentTimeMillis() - timestamp);
        return Duration.ofMillis(Math.max(whole / 10, whole - passed));
    }

    /** The asynchronous part of a checkpoint: on a thread of Flink's that may wait. What it throws declines the checkpoint. */
    private static SnapshotResult<OperatorStateHandle> write(
            Future<CommittedCaptures> captures, Keep keep, CheckpointStreamFactory factory) throws Exception {
        byte[] state = new CommitterState(await(captures), keep).toBytes();
        try (CheckpointStateOutputStream out =
                factory.createCheckpointStateOutputStream(CheckpointedStateScope.EXCLUSIVE)) {
            out.write(state);
            return SnapshotResult.of(new OperatorStreamStateHandle(
                    Map.of(
                            DefaultOperatorStateBackend.DEFAULT_OPERATOR_STATE_NAME,
                            new OperatorStateHandle.StateMetaInfo(
                                    new long[] {0}, OperatorStateHandle.Mode.SPLIT_DISTRIBUTE)),
                    out.closeAndGetHandle()));
        }
    }

    private static CommittedCaptures await(Future<CommittedCaptures> captures) throws Exception {
        try {
            return captures.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CaptureRounds.DeclinedException declined ? declined : e;
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        if (rounds != null) {
            rounds.completed(checkpointId);
        }
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        super.notifyCheckpointAborted(checkpointId);
        if (rounds != null) {
            rounds.aborted(checkpointId);
        }
    }

    @Override
    public void close() throws Exception {
        if (rounds != null) {
            rounds.close();
        }
        super.close();
    }
}
