package org.drlput.common.client;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.drlput.common.client.ShardConnection.Limits;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.RewardsSeen;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.MetricsCodec;
import org.drlput.common.wire.TensorInput;
import org.drlput.common.wire.TensorOutput;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.ContributionId;
import org.drlput.common.wire.v1.PullRequest;
import org.drlput.common.wire.v1.PushHeader;
import org.drlput.common.wire.v1.RefusedMicroBatch;
import org.jspecify.annotations.Nullable;

/**
 * One worker's calls in one life of a run. Pulls by one thread at a time; pushes return at once and several may be under way.
 * Errors: {@link ParameterServerException}.
 */
public final class TrainingSession {
    /**
     * What comes with the weights: the steps applied in them, and what those have seen of rewards; of shard 0, where the shards need
     * not stand at the same step.
     */
    public record PulledStep(long steps, RewardsSeen seen) {}

    private final List<ShardConnection> shards;
    private final ClientOptions options;
    private final RunFence fence;
    private final List<TensorSpec> tensors;
    private final List<TensorInput.Layout> layouts = new ArrayList<>();

    TrainingSession(List<ShardConnection> shards, ClientOptions options, RunFence fence, List<TensorSpec> tensors) {
        if (fence.incarnations().size() != shards.size()) {
            throw new IllegalArgumentException("fence: found %d incarnations, expected one for each of %d shards"
                    .formatted(fence.incarnations().size(), shards.size()));
        }
        this.shards = shards;
        this.options = options;
        this.fence = fence;
        this.tensors = List.copyOf(tensors);
        for (int shard = 0; shard < shards.size(); shard++) {
            layouts.add(new TensorInput.Layout(tensors, new ShardLayout(shards.size()), shard));
        }
    }

    /**
     * Waits for the weights before {@code step} and writes them into whole tensors: dense ones complete, of embedding tables the
     * selected rows; other rows stay as they are. After an error the values are undefined.
     */
    public PulledStep pull(long step, RowSelection rows, Parameters into) {
        String what = "pull of step " + step;
        Limits limits = new Limits(options.pullDeadline(), options.retryFor());
        List<CompletableFuture<PulledStep>> parts = new ArrayList<>();
        for (ShardConnection shard : shards) {
            PullRequest request = pullRequest(shard.shard(), step, rows);
            TensorInput.Layout layout = layouts.get(shard.shard());
            parts.add(shard.parameters(
                    what,
                    limits,
                    () -> new PullAttempt(request, layout, into),
                    (stub, attempt) -> stub.pull(request, attempt)));
        }
        List<PulledStep> answers = ShardConnection.joinAll(parts, what);
        for (int shard = 0; shard < answers.size(); shard++) {
            // fewer may be applied in a shard than in another where the mode lets workers run ahead, but never the
            // asked step itself
            if (answers.get(shard).steps() > step) {
                throw new ParameterServerException(
                        shard,
                        Status.Code.DATA_LOSS,
                        "%s: shard %d answers %s: this step can not be applied yet"
                                .formatted(what, shard, answers.get(shard)),
                        new IllegalStateException("a shard is ahead"));
            }
        }
        return answers.get(0);
    }

    private PullRequest pullRequest(int shard, long step, RowSelection rows) {
        TensorInput.Layout layout = layouts.get(shard);
        PullRequest.Builder request =
                PullRequest.newBuilder().setFence(fence.of(shard)).setStep(step);
        for (int t = 0; t < tensors.size(); t++) {
            int wanted = rows.count(t);
            if (wanted > 0) {
                var selection = org.drlput.common.wire.v1.RowSelection.newBuilder()
                        .setName(tensors.get(t).name());
                int first = layout.firstRow(t);
                int end = layout.endRow(t);
                int[] all = rows.rows(t);
                for (int i = 0; i < wanted; i++) {
                    if (all[i] >= first && all[i] < end) {
                        selection.addRow(all[i]);
                    }
                }
                // naming more than half of the rows costs more than the other half
                if (2L * selection.getRowCount() > end - first) {
                    selection.clearRow().setAll(true);
                }
                if (selection.getAll() || selection.getRowCount() > 0) {
                    request.addRows(selection);
                }
            }
        }
        return request.build();
    }

    /**
     * Sends the sum of an aligned subtree of one step to every shard, its rows only; empty ones too, since a step completes by
     * its micro-batches. The contribution must not change until the future is complete: every shard has it then, or it has
     * failed with {@link ParameterServerException}.
     *
     * @param refused the subtree's refused micro-batches
     * @param lastCut the newest cut that the step's record knew of; null: none
     */
    public CompletableFuture<Void> push(
            long step, Subtree sum, List<RefusedMicroBatch> refused, @Nullable CaptureKey lastCut) {
        String what = "push of step %d, micro-batches %d to %d"
                .formatted(step, sum.firstLane(), sum.firstLane() + sum.lanes() - 1);
        PushHeader.Builder header = PushHeader.newBuilder()
                .setId(id(step, sum))
                .setMetrics(MetricsCodec.encode(sum.contribution().metrics()))
                .addAllRefused(refused);
        if (lastCut != null) {
            header.setLastCut(lastCut);
        }
        Limits limits = new Limits(options.callDeadline(), options.retryFor());
        List<CompletableFuture<?>> parts = new ArrayList<>();
        for (ShardConnection shard : shards) {
            TensorOutput output = new TensorOutput();
            if (!sum.contribution().empty()) {
                addPart(sum.contribution(), layouts.get(shard.shard()), output);
            }
            PushHeader ownHeader = header.setFence(fence.of(shard.shard()))
                    .setTensorChunks(output.chunkCount())
                    .build();
            parts.add(shard.parameters(
                    what,
                    limits,
                    () -> {
                        output.rewind();
                        return new PushAttempt(ownHeader, output);
                    },
                    (stub, attempt) -> {
                        var unused = stub.push(attempt);
                        ((PushAttempt) attempt).begin();
                    }));
        }
        return ShardConnection.all(parts);
    }

    private static ContributionId id(long step, Subtree sum) {
        ContributionId.Builder id = ContributionId.newBuilder().setStep(step);
        for (int lane = 0; lane < sum.lanes(); lane++) {
            id.addMicroBatch(sum.firstLane() + lane);
        }
        return id.build();
    }

    private void addPart(Contribution contribution, TensorInput.Layout layout, TensorOutput output) {
        for (int t = 0; t < tensors.size(); t++) {
            TensorSpec tensor = tensors.get(t);
            int first = layout.firstRow(t);
            int end = layout.endRow(t);
            if (!tensor.sparse()) {
                int from = first * tensor.columns();
                int count = (end - first) * tensor.columns();
                output.addRun(tensor.name(), from, contribution.dense(t), from, count);
                continue;
            }
            SparseRows sums = contribution.sparse(t);
            int[] slots = new int[sums.count()];
            int[] rows = new int[sums.count()];
            int count = 0;
            for (int slot = 0; slot < slots.length; slot++) {
                int row = sums.row(slot);
                if (row >= first && row < end) {
                    slots[count] = slot;
                    rows[count++] = row;
                }
            }
            output.addRows(tensor.name(), tensor.columns(), sums.values(), slots, Arrays.copyOf(rows, count), count);
        }
    }
}
