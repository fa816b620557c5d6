package org.drlput.server.rpc;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.TensorInput;
import org.drlput.common.wire.TensorOutput;
import org.drlput.common.wire.v1.PullHeader;
import org.drlput.common.wire.v1.RowSelection;
import org.drlput.common.wire.v1.TensorChunk;
import org.drlput.server.shard.PulledState;
import org.jspecify.annotations.Nullable;

/**
 * Copies a shard's weights for those who pull them. Dense tensors are encoded once a step, however many workers ask. The machine's
 * thread.
 */
final class WeightsEncoder {
    private @Nullable Parameters encodedOf;
    private long encodedSteps;
    private List<TensorChunk> dense = List.of();

    void answer(PullStream pull, PulledState state) {
        TensorOutput output = new TensorOutput();
        output.addEncoded(dense(state, pull.layout()));
        for (RowSelection selection : pull.rows()) {
            output.addEncoded(rows(state.weights(), pull.layout(), selection));
        }
        PullHeader header = PullHeader.newBuilder()
                .setStep(state.steps())
                .setRows(state.seen().rows())
                .setRewardSum(state.seen().rewardSum())
                .setRecentWeightSum(state.seen().recentWeightSum())
                .setRecentWeightedRewardSum(state.seen().recentWeightedRewardSum())
                .setTensorChunks(output.chunkCount())
                .build();
        pull.answer(header, output);
    }

    private List<TensorChunk> dense(PulledState state, TensorInput.Layout layout) {
        if (encodedOf != state.weights() || encodedSteps != state.steps()) {
            TensorOutput output = new TensorOutput();
            for (int t = 0; t < layout.tensorCount(); t++) {
                if (!layout.tensor(t).sparse()) {
                    addWhole(state.weights(), layout, t, output);
                }
            }
            dense = encoded(output);
            encodedOf = state.weights();
            encodedSteps = state.steps();
        }
        return dense;
    }

    private static void addWhole(Parameters weights, TensorInput.Layout layout, int tensor, TensorOutput output) {
        TensorSpec spec = layout.tensor(tensor);
        float[] values = weights.values(tensor);
        output.addRun(spec.name(), (long) layout.firstRow(tensor) * spec.columns(), values, 0, values.length);
    }

    private static List<TensorChunk> rows(Parameters weights, TensorInput.Layout layout, RowSelection selection) {
        TensorOutput output = new TensorOutput();
        int tensor = layout.index(selection.getName());
        if (selection.getAll()) {
            addWhole(weights, layout, tensor, output);
            return encoded(output);
        }
        int count = selection.getRowCount();
        int[] rows = new int[count];
        int[] slots = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = selection.getRow(i);
            slots[i] = rows[i] - layout.firstRow(tensor);
        }
        TensorSpec spec = layout.tensor(tensor);
        output.addRows(spec.name(), spec.columns(), weights.values(tensor), slots, rows, count);
        return encoded(output);
    }

    private static List<TensorChunk> encoded(TensorOutput output) {
        List<TensorChunk> chunks = new ArrayList<>();
        while (output.hasNext()) {
            chunks.addAll(output.nextMessage());
        }
        return chunks;
    }

    /** Lets go of what was encoded. */
    void clear() {
        encodedOf = null;
        dense = List.of();
    }
}
