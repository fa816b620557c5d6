package org.drlput.jobs.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.drlput.common.log.EpochOrder;
import org.drlput.common.log.EpochOrder.Piece;
import org.jspecify.annotations.Nullable;

/**
 * Opens the shards and plans the steps. Never blocks: what the shards say comes from a {@link ShardWatcher}, which makes the
 * reader available whenever something changed. Task thread only, but for the watcher's wake-up.
 */
final class StepReader implements SourceReader<StepRecord, RunSplit> {
    private final RunContext context;
    private final SourceReaderContext flink;
    private final EpochOrder order;
    private final long stepsPerEpoch;
    private @Nullable RunSplit split;
    private @Nullable StepSequence sequence;
    private @Nullable ShardWatcher watcher;
    private volatile CompletableFuture<Void> available = new CompletableFuture<>();

    StepReader(RunContext context, SourceReaderContext flink) {
        this.context = context;
        this.flink = flink;
        order = context.epochOrder();
        stepsPerEpoch = context.plan().stepsPerEpoch();
    }

    @Override
    public void start() {
        if (split == null) {
            flink.sendSplitRequest();
        }
    }

    @Override
    public void addSplits(List<RunSplit> splits) {
        if (splits.size() != 1 || split != null) {
            throw new IllegalStateException("splits: found %s beside %s, expected one in all".formatted(splits, split));
        }
        RunSplit position = splits.get(0);
        split = position;
        sequence = new StepSequence(
                position.boundary(),
                context.plan().totalSteps(),
                context.experiment().training().window());
        watcher = ShardWatcher.start(context, position, () -> available.complete(null));
        available.complete(null);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<StepRecord> output) {
        // before the state is read: what changes afterwards completes the new future
        CompletableFuture<Void> next = new CompletableFuture<>();
        available = next;
        StepSequence steps = sequence;
        ShardWatcher shards = watcher;
        if (steps == null || shards == null) {
            return InputStatus.NOTHING_AVAILABLE;
        }
        ShardWatcher.View view = shards.view();
        if (view.opened() == null) {
            return InputStatus.NOTHING_AVAILABLE;
        }
        InputStatus status = emit(steps, view, view.opened(), output);
        if (status != InputStatus.NOTHING_AVAILABLE) {
            next.complete(null);
        }
        return status;
    }

    private InputStatus emit(
            StepSequence steps, ShardWatcher.View view, ShardWatcher.Opened opened, ReaderOutput<StepRecord> output) {
        long step = steps.boundary();
        switch (steps.next(view.completed(), view.finished())) {
            case OPENING -> {
                output.collect(record(opened, step, List.of()));
                steps.emittedOpening();
            }
            case STEP -> {
                output.collect(record(opened, step, tickets(step)));
                steps.emittedStep();
            }
            case WAIT -> {
                return InputStatus.NOTHING_AVAILABLE;
            }
            case END -> {
                return InputStatus.END_OF_INPUT;
            }
        }
        return InputStatus.MORE_AVAILABLE;
    }

    private StepRecord record(ShardWatcher.Opened opened, long step, List<List<Piece>> tickets) {
        return new StepRecord(
                opened.generation(),
                opened.incarnations(),
                step,
                (int) (step / stepsPerEpoch),
                opened.lastCut(),
                tickets);
    }

    private List<List<Piece>> tickets(long step) {
        int lanes = context.plan().microBatches();
        List<List<Piece>> tickets = new ArrayList<>(lanes);
        for (int lane = 0; lane < lanes; lane++) {
            tickets.add(order.ticket((int) (step / stepsPerEpoch), step % stepsPerEpoch, lane));
        }
        return tickets;
    }

    @Override
    public List<RunSplit> snapshotState(long checkpointId) {
        RunSplit start = split;
        StepSequence steps = sequence;
        if (start == null || steps == null) {
            return List.of();
        }
        ShardWatcher.Opened opened = watcher == null ? null : watcher.view().opened();
        long generation = opened == null ? start.generation() : opened.generation();
        return List.of(new RunSplit(start.run(), generation, steps.boundary()));
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return available;
    }

    @Override
    public void notifyNoMoreSplits() {
        // the one split ends by itself
    }

    @Override
    public void close() {
        ShardWatcher shards = watcher;
        if (shards != null) {
            shards.close();
        }
    }
}
