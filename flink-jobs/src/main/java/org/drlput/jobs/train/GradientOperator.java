package org.drlput.jobs.train;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * One worker of the job: computes its lanes of every step. Holds no state: where it stands is the step of its last record, which
 * it tells the committer before each barrier; what it has not pushed yet is before that boundary and waits for nothing after it.
 */
final class GradientOperator extends AbstractStreamOperator<BoundaryRecord>
        implements OneInputStreamOperator<StepRecord, BoundaryRecord>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    private final TrainSettings settings;

    /** Made by {@link #open}; null where that failed. */
    private transient @Nullable Worker worker;
    /** The newest record, which tells where this task stands; null before the first. */
    private transient @Nullable StepRecord newest;

    private transient boolean ended;

    GradientOperator(TrainSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        RunContext context = RunContext.of(settings);
        Lanes lanes = Lanes.of(subtask(), workers(), context.plan().microBatches());
        worker = new Worker(context, lanes, this::fail);
    }

    private void fail(Throwable cause) {
        getContainingTask().getEnvironment().failExternally(Failures.classified(cause));
    }

    private int workers() {
        return getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    }

    private int subtask() {
        return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    private Worker worker() {
        Worker opened = worker;
        if (opened == null) {
            throw new IllegalStateException("not opened");
        }
        return opened;
    }

    @Override
    public void processElement(StreamRecord<StepRecord> element) throws Exception {
        StepRecord record = element.getValue();
        newest = record;
        if (record.opens()) {
            worker().open(record);
            tell(BoundaryRecord.OPENED);
        } else {
            worker().prepare(record);
        }
    }

    /** What was not heard can not be told; a checkpoint then is declined. */
    private void tell(long checkpoint) {
        StepRecord record = newest;
        if (record != null) {
            output.collect(new StreamRecord<>(new BoundaryRecord(
                    subtask(), workers(), checkpoint, record.boundary(), record.generation(), record.incarnations())));
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        // a finished operator may emit nothing; the committer has its end record
        if (!ended) {
            tell(checkpointId);
        }
    }

    @Override
    public void endInput() throws Exception {
        worker().drain();
        tell(BoundaryRecord.END);
        ended = true;
    }

    @Override
    public void close() throws Exception {
        if (worker != null) {
            worker.close();
        }
        super.close();
    }
}
