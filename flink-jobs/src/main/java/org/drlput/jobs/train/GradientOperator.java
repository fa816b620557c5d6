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

    /** The boundary of a task that has not heard of one yet. */
    private static final BoundaryRecord UNKNOWN = new BoundaryRecord(0, BoundaryRecord.OPENED, -1, 0, new long[0]);

    private final TrainSettings settings;

    /** Made by {@link #open}; null where that failed. */
    private transient @Nullable Worker worker;
    /** Where this task stands; null before {@link #open}. */
    private transient @Nullable BoundaryRecord position;

    private transient boolean ended;

    GradientOperator(TrainSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open() throws Exception {
        super.open();
        RunContext context = RunContext.of(settings);
        int workers = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        Lanes lanes = Lanes.of(subtask(), workers, context.plan().microBatches());
        position = UNKNOWN;
        worker = new Worker(
                context, lanes, cause -> getContainingTask().getEnvironment().failExternally(cause));
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
        if (record.opens()) {
            worker().open(record);
            position = position(record, record.step());
            tell(BoundaryRecord.OPENED);
        } else {
            worker().prepare(record);
            position = position(record, record.step() + 1);
        }
    }

    private BoundaryRecord position(StepRecord record, long boundary) {
        return new BoundaryRecord(
                subtask(), BoundaryRecord.OPENED, boundary, record.generation(), record.incarnations());
    }

    private void tell(long checkpoint) {
        BoundaryRecord here = position == null ? UNKNOWN : position;
        output.collect(new StreamRecord<>(
                new BoundaryRecord(subtask(), checkpoint, here.boundary(), here.generation(), here.incarnations())));
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
