package org.drlput.common.client;

import java.nio.FloatBuffer;
import java.util.List;
import org.drlput.common.client.TrainingSession.PulledStep;
import org.drlput.common.gradient.RewardsSeen;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.TensorInput;
import org.drlput.common.wire.v1.PullChunk;
import org.drlput.common.wire.v1.PullHeader;
import org.drlput.common.wire.v1.PullRequest;
import org.drlput.common.wire.v1.RowSelection;
import org.drlput.common.wire.v1.TensorChunk;
import org.jspecify.annotations.Nullable;

/** One shard's part of a pull: writes what comes straight into the worker's weights. */
final class PullAttempt extends Attempt<PullRequest, PullChunk, PulledStep> {
    private final PullRequest request;
    private final TensorInput.Layout layout;
    private final TensorInput input;
    private @Nullable PullHeader header;

    PullAttempt(PullRequest request, TensorInput.Layout layout, Parameters into) {
        this.request = request;
        this.layout = layout;
        this.input = new TensorInput(layout, new Whole(into));
    }

    @Override
    void accept(PullChunk reply) {
        if (reply.hasHeader()) {
            header = reply.getHeader();
        }
        for (TensorChunk chunk : reply.getTensorList()) {
            input.accept(chunk);
        }
    }

    @Override
    PulledStep finish() {
        PullHeader head = header;
        if (head == null) {
            throw Statuses.dataLoss("the answer has no header");
        }
        input.finish(head.getTensorChunks());
        for (RowSelection wanted : request.getRowsList()) {
            int tensor = layout.index(wanted.getName());
            boolean complete = wanted.getAll() ? input.whole(tensor) : input.rowsRead(tensor) == wanted.getRowCount();
            if (!complete) {
                throw Statuses.dataLoss("tensor %s: rows are missing in the answer".formatted(wanted.getName()));
            }
        }
        return new PulledStep(
                head.getStep(),
                new RewardsSeen(
                        head.getRows(),
                        head.getRewardSum(),
                        head.getRecentWeightSum(),
                        head.getRecentWeightedRewardSum()));
    }

    /** Writes into whole tensors. */
    private static final class Whole implements TensorInput.Target {
        private final Parameters into;
        private final List<TensorSpec> tensors;

        Whole(Parameters into) {
            this.into = into;
            this.tensors = into.tensors();
        }

        @Override
        public void run(int tensor, long offset, FloatBuffer values) {
            values.get(into.values(tensor), (int) offset, values.remaining());
        }

        @Override
        public boolean row(int tensor, int row, float[] values, int from) {
            int columns = tensors.get(tensor).columns();
            System.arraycopy(values, from, into.values(tensor), row * columns, columns);
            return true;
        }
    }
}
