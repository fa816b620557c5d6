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
import org.drlput.jobs.protocol.ShardView;
import org.drlput.jobs.protocol.SourceMachine;
import org.drlput.jobs.protocol.StepHeader;
import org.drlput.server.shard.CaptureKey;
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
    private @Nullable SourceMachine machine;
    private @Nullable ShardWatcher watcher;
    private boolean held;
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
        machine = new SourceMachine(
                position.key(),
                new JudgedVersions(
                                context.experiment().versions(), context.plan().totalSteps())
                        .course(),
                context.experiment().training().window());
        watcher = ShardWatcher.start(context, position, () -> available.complete(null));
        available.complete(null);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<StepRecord> output) {
        // before the state is read: what changes afterwards completes the new future
        CompletableFuture<Void> next = new CompletableFuture<>();
        available = next;
        SourceMachine steps = machine;
        ShardWatcher shards = watcher;
        if (steps == null || shards == null) {
            return InputStatus.NOTHING_AVAILABLE;
        }
        observe(steps, shards.view());
        InputStatus status = emit(steps, output);
        if (status != InputStatus.NOTHING_AVAILABLE) {
            next.complete(null);
        }
        return status;
    }

    private static void observe(SourceMachine steps, ShardWatcher.View view) {
        ShardWatcher.Opened opened = view.opened();
        if (opened == null) {
            return;
        }
        if (!steps.isOpen()) {
            steps.opened(opened.generation(), opened.incarnations());
        }
        steps.follow(view.course());
        for (int shard = 0; shard < view.shards().size(); shard++) {
            ShardView seen = view.shards().get(shard);
            String over = steps.observe(shard, seen);
            if (over != null) {
                throw seen.failure().isEmpty() ? new TrainingException(over) : new IncurableException(over);
            }
        }
    }

    private InputStatus emit(SourceMachine steps, ReaderOutput<StepRecord> output) {
        switch (steps.next()) {
            case OPENING -> output.collect(record(steps.header(), List.of()));
            case STEP -> {
                if (steps.boundary() >= context.settings().holdAtStep()) {
                    return InputStatus.NOTHING_AVAILABLE;
                }
                output.collect(record(steps.header(), tickets(steps.boundary())));
            }
            case WAIT -> {
                return InputStatus.NOTHING_AVAILABLE;
            }
            case END -> {
                return InputStatus.END_OF_INPUT;
            }
        }
        steps.emitted();
        tellHeld(steps.isHeld());
        return InputStatus.MORE_AVAILABLE;
    }

    /** Versions are published by checkpoints: these come sooner while one is waited for. */
    private void tellHeld(boolean now) {
        if (now != held) {
            held = now;
            flink.sendSourceEventToCoordinator(new StepSource.StepsHeld(now));
        }
    }

    private StepRecord record(StepHeader header, List<List<Piece>> tickets) {
        CaptureKey cut = header.lastCut();
        return new StepRecord(
                header.generation(),
                header.incarnations().stream().mapToLong(Long::longValue).toArray(),
                header.step(),
                (int) (header.step() / stepsPerEpoch),
                cut == null ? StepRecord.NO_CUT : cut.boundary(),
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
        SourceMachine steps = machine;
        if (start == null || steps == null) {
            return List.of();
        }
        return List.of(new RunSplit(steps.barrier(), checkpointId));
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
