package org.drlput.jobs.train;

import java.util.ArrayDeque;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The one source of the job: a single split, so that a single reader plans every step. What has been planned is a prefix of the
 * steps at every barrier, which is what makes a checkpoint a cut between two steps.
 */
final class StepSource implements Source<StepRecord, RunSplit, RunSplit> {
    private static final long serialVersionUID = 1L;

    private final TrainSettings settings;

    StepSource(TrainSettings settings) {
        this.settings = settings;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SplitEnumerator<RunSplit, RunSplit> createEnumerator(SplitEnumeratorContext<RunSplit> context) {
        return new Enumerator(context, RunSplit.start(settings.run()));
    }

    @Override
    public SplitEnumerator<RunSplit, RunSplit> restoreEnumerator(
            SplitEnumeratorContext<RunSplit> context, RunSplit notAssigned) {
        return new Enumerator(context, notAssigned);
    }

    @Override
    public SimpleVersionedSerializer<RunSplit> getSplitSerializer() {
        return new RunSplit.Serializer();
    }

    @Override
    public SimpleVersionedSerializer<RunSplit> getEnumeratorCheckpointSerializer() {
        return new RunSplit.Serializer();
    }

    @Override
    public SourceReader<StepRecord, RunSplit> createReader(SourceReaderContext context) {
        return new StepReader(RunContext.of(settings), context);
    }

    /** Whether what comes next waits for checkpoints: then they come at the shorter interval. */
    record StepsHeld(boolean held) implements SourceEvent {
        private static final long serialVersionUID = 1L;
    }

    /** Hands the split to whoever asks first. Its state is the split itself while no reader has it, else an empty one. */
    private static final class Enumerator implements SplitEnumerator<RunSplit, RunSplit> {
        /** State of an enumerator whose split is with a reader. */
        private static final RunSplit ASSIGNED = RunSplit.start("");

        private final SplitEnumeratorContext<RunSplit> context;
        private final ArrayDeque<RunSplit> unassigned = new ArrayDeque<>();

        Enumerator(SplitEnumeratorContext<RunSplit> context, RunSplit split) {
            this.context = context;
            if (!split.equals(ASSIGNED)) {
                unassigned.add(split);
            }
        }

        @Override
        public void start() {
            context.setIsProcessingBacklog(true);
        }

        @Override
        public void handleSourceEvent(int subtask, SourceEvent event) {
            if (event instanceof StepsHeld steps) {
                context.setIsProcessingBacklog(!steps.held());
            }
        }

        @Override
        public void handleSplitRequest(int subtask, @Nullable String host) {
            RunSplit split = unassigned.poll();
            if (split != null) {
                context.assignSplit(split, subtask);
            }
            context.signalNoMoreSplits(subtask);
        }

        @Override
        public void addSplitsBack(List<RunSplit> splits, int subtask) {
            unassigned.addAll(splits);
        }

        @Override
        public void addReader(int subtask) {
            // it asks
        }

        @Override
        public RunSplit snapshotState(long checkpointId) {
            RunSplit split = unassigned.peek();
            return split == null ? ASSIGNED : split;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
