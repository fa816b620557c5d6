package org.drlput.jobs.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.drlput.common.client.RunFence;
import org.jspecify.annotations.Nullable;

/**
 * The one task that sees all workers: checks that they agree on the boundary that a checkpoint stands on, and publishes versions.
 * Passes the generation on, once: the evaluation begins with it.
 */
final class Committer extends AbstractStreamOperator<Long> implements OneInputStreamOperator<BoundaryRecord, Long> {
    private static final long serialVersionUID = 1L;

    private final TrainSettings settings;

    private transient @Nullable Publisher publisher;
    /** Per checkpoint that some worker has told of, the boundary. */
    @SuppressWarnings("NullAway.Init") // made by open
    private transient Map<Long, Long> boundaries;

    Committer(TrainSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        boundaries = new HashMap<>();
    }

    @Override
    public void processElement(StreamRecord<BoundaryRecord> element) {
        BoundaryRecord record = element.getValue();
        if (record.checkpoint() == BoundaryRecord.OPENED) {
            if (publisher == null) {
                publisher = Publisher.start(settings, fence(record), this::fail);
                output.collect(new StreamRecord<>(record.generation()));
            }
            return;
        }
        Long other = boundaries.putIfAbsent(record.checkpoint(), record.boundary());
        if (other != null && other != record.boundary()) {
            throw new IllegalStateException(
                    "checkpoint %d: worker %d stands at step %d, another one at %d: a checkpoint must cut between two steps"
                            .formatted(record.checkpoint(), record.worker(), record.boundary(), other));
        }
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
        getContainingTask().getEnvironment().failExternally(cause);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        boundaries.keySet().removeIf(id -> id <= checkpointId);
    }

    @Override
    public void close() throws Exception {
        if (publisher != null) {
            publisher.close();
        }
        super.close();
    }
}
