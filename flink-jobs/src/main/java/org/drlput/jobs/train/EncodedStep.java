package org.drlput.jobs.train;

import java.util.Arrays;
import org.drlput.common.client.RowSelection;
import org.drlput.common.encode.EncodedBatch;
import org.jspecify.annotations.Nullable;

/**
 * One step's rows of one worker, ready to compute: a batch per lane, and the embedding rows that they look up. Reused; filled by
 * the task thread, computed by the trainer's, handed over through a queue.
 */
final class EncodedStep {
    private final RunContext context;
    private final Lanes lanes;
    private final EncodedBatch[] batches;
    private final RowSelection touched;
    private @Nullable StepRecord record;

    EncodedStep(RunContext context, Lanes lanes, TicketEncoder encoder) {
        this.context = context;
        this.lanes = lanes;
        batches = new EncodedBatch[lanes.count()];
        Arrays.setAll(batches, i -> encoder.newBatch());
        touched = new RowSelection(context.tensors());
    }

    void fill(StepRecord step, TicketEncoder encoder) {
        record = step;
        touched.clear();
        for (int i = 0; i < batches.length; i++) {
            EncodedBatch batch = batches[i];
            encoder.encode(step.epoch(), step.tickets().get(lanes.first() + i), batch);
            // the table of feature f is tensor f: categorical features first, then multi-categorical ones
            for (int f = 0; f < batch.categorical.length; f++) {
                touched.addAll(f, batch.categorical[f], batch.rowCount);
            }
            for (int m = 0; m < batch.bags.length; m++) {
                int items = batch.rowCount == 0 ? 0 : batch.bagOffsets[m][batch.rowCount];
                touched.addAll(batch.categorical.length + m, batch.bags[m], items);
            }
        }
    }

    StepRecord record() {
        StepRecord step = record;
        if (step == null) {
            throw new IllegalStateException("the step is not filled");
        }
        return step;
    }

    EncodedBatch batch(int lane) {
        return batches[lane - lanes.first()];
    }

    RowSelection touched() {
        return touched;
    }

    /** The rows of a lane, as their owner knows them. */
    String describe(int lane) {
        return new RowNames(context.firstPass().inputs(), context.firstPass().rows())
                .describe(record().tickets().get(lane));
    }
}
