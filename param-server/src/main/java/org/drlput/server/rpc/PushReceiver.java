package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.MetricsCodec;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.TensorInput;
import org.drlput.common.wire.v1.ContributionId;
import org.drlput.common.wire.v1.PushChunk;
import org.drlput.common.wire.v1.PushHeader;
import org.drlput.common.wire.v1.PushReply;
import org.drlput.common.wire.v1.TensorChunk;
import org.drlput.server.shard.Push;
import org.drlput.server.shard.PushOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Takes one push in: decodes it as it comes into a contribution of the pool, and gives it to the machine once it is whole. Until
 * then nobody else sees it. The connection's thread.
 */
final class PushReceiver implements StreamObserver<PushChunk> {
    private final ShardLoop loop;
    /** Pushes under way, in all connections. */
    private final AtomicInteger underWay;

    private final Answer<PushReply> answer;
    private @Nullable OpenRun run;
    private @Nullable PushHeader header;
    private @Nullable Contribution contribution;
    private @Nullable TensorInput input;
    /** Refused, or handed on: what comes is dropped. */
    private boolean over;

    private PushReceiver(ShardLoop loop, AtomicInteger underWay, StreamObserver<PushReply> observer) {
        this.loop = loop;
        this.underWay = underWay;
        this.answer = new Answer<>(observer);
    }

    static PushReceiver begin(ShardLoop loop, AtomicInteger underWay, StreamObserver<PushReply> observer) {
        PushReceiver receiver = new PushReceiver(loop, underWay, observer);
        underWay.incrementAndGet();
        return receiver;
    }

    @Override
    public void onNext(PushChunk message) {
        if (over) {
            return;
        }
        try {
            if (header == null) {
                begin(message);
            } else if (message.hasHeader()) {
                throw Statuses.invalidArgument("push: found a second header, expected tensors");
            }
            accept(message);
        } catch (StatusRuntimeException e) {
            refuse(e);
        }
    }

    private void begin(PushChunk message) {
        if (!message.hasHeader()) {
            throw Statuses.invalidArgument("push: the first message has no header");
        }
        OpenRun open = loop.open();
        if (open == null) {
            throw Statuses.failedPrecondition("this shard is not opened: only Status is served before Open: open it");
        }
        if (underWay.get() > open.maxPushes()) {
            throw Statuses.resourceExhausted("push: %d are under way, expected at most %d: wait for their answers"
                    .formatted(underWay.get(), open.maxPushes()));
        }
        Contribution taken = open.pool().take();
        run = open;
        contribution = taken;
        header = message.getHeader();
        input = new TensorInput(open.layout(), new Part(taken, open.layout()));
        MetricsCodec.decode(message.getHeader().getMetrics(), taken.metrics());
    }

    private void accept(PushChunk message) {
        TensorInput tensors = input;
        if (tensors == null || contribution == null) {
            throw new IllegalStateException("before the header");
        }
        if (contribution.empty() && message.getTensorCount() > 0) {
            throw Statuses.invalidArgument("push: found tensors, expected none: its metrics say that it has no rows");
        }
        for (TensorChunk chunk : message.getTensorList()) {
            tensors.accept(chunk);
        }
    }

    @Override
    public void onCompleted() {
        if (over) {
            return;
        }
        try {
            PushHeader head = header;
            Contribution sum = contribution;
            TensorInput tensors = input;
            if (head == null || sum == null || tensors == null) {
                throw Statuses.invalidArgument("push: it has no message, expected a header and tensors");
            }
            if (sum.empty()) {
                if (head.getTensorChunks() != 0) {
                    throw Statuses.invalidArgument("push: found no rows and the promise of %d tensor chunks"
                            .formatted(head.getTensorChunks()));
                }
            } else {
                tensors.finish(head.getTensorChunks());
            }
            hand(head, sum);
        } catch (StatusRuntimeException e) {
            refuse(e);
        }
    }

    private void hand(PushHeader head, Contribution sum) {
        ContributionId id = head.getId();
        int first = id.getMicroBatchCount() == 0 ? -1 : id.getMicroBatch(0);
        for (int i = 0; i < id.getMicroBatchCount(); i++) {
            if (id.getMicroBatch(i) != first + i) {
                throw Statuses.invalidArgument("push: found the micro-batches %s, expected a run of them, ascending"
                        .formatted(id.getMicroBatchList()));
            }
        }
        Push push = new Push(
                id.getStep(),
                first,
                id.getMicroBatchCount(),
                sum,
                Messages.refused(head.getRefusedList()),
                head.hasLastCut() ? CaptureMessages.key(head.getLastCut()) : null);
        over = true;
        loop.push(Messages.fence(head.getFence()), push, this::done, this::refuse);
    }

    /** The machine's thread. */
    private void done(PushOutcome outcome) {
        if (outcome == PushOutcome.ACCEPTED) {
            // it is the machine's now
            contribution = null;
        }
        end();
        answer.give(PushReply.newBuilder()
                .setOutcome(outcome == PushOutcome.ACCEPTED ? PushReply.Outcome.ACCEPTED : PushReply.Outcome.DUPLICATE)
                .build());
    }

    private void refuse(StatusRuntimeException status) {
        over = true;
        end();
        answer.refuse(status);
    }

    @Override
    public void onError(Throwable error) {
        if (!over) {
            over = true;
            end();
        }
    }

    private void end() {
        underWay.decrementAndGet();
        Contribution mine = contribution;
        contribution = null;
        if (mine != null && run != null) {
            run.pool().release(mine);
        }
    }

    /** Writes into a contribution to the shard's part. */
    private static final class Part implements TensorInput.Target {
        private final Contribution into;
        private final TensorInput.Layout layout;

        Part(Contribution into, TensorInput.Layout layout) {
            this.into = into;
            this.layout = layout;
        }

        @Override
        public void run(int tensor, long offset, FloatBuffer values) {
            TensorSpec spec = layout.tensor(tensor);
            if (spec.sparse()) {
                throw Statuses.invalidArgument(
                        "tensor %s: found a run of values, expected rows: it is an embedding table"
                                .formatted(spec.name()));
            }
            int at = (int) (offset - (long) layout.firstRow(tensor) * spec.columns());
            int count = values.remaining();
            values.get(into.dense(tensor), at, count);
            requireFinite(spec, layout.firstRow(tensor), into.dense(tensor), at, count);
        }

        @Override
        public boolean row(int tensor, int row, float[] values, int from) {
            TensorSpec spec = layout.tensor(tensor);
            int local = row - layout.firstRow(tensor);
            SparseRows sums = into.sparse(tensor);
            if (sums.contains(local)) {
                return false;
            }
            int at = sums.touch(local) * spec.columns();
            System.arraycopy(values, from, sums.values(), at, spec.columns());
            requireFinite(spec, row - at / spec.columns(), sums.values(), at, spec.columns());
            return true;
        }

        /** x * 0 is 0 for all but NaN and infinities; four sums, so that an addition does not wait for the one before. */
        private static void requireFinite(TensorSpec spec, int firstRow, float[] values, int from, int count) {
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            int end = from + count;
            int i = from;
            for (; i + 3 < end; i += 4) {
                a += values[i] * 0f;
                b += values[i + 1] * 0f;
                c += values[i + 2] * 0f;
                d += values[i + 3] * 0f;
            }
            for (; i < end; i++) {
                a += values[i] * 0f;
            }
            if (a + b + (c + d) == 0f) {
                return;
            }
            for (i = from; i < end; i++) {
                if (!Float.isFinite(values[i])) {
                    throw Statuses.invalidArgument("tensor %s: found %s at [%d, %d], expected a finite number"
                            .formatted(spec.name(), values[i], firstRow + i / spec.columns(), i % spec.columns()));
                }
            }
        }
    }
}
