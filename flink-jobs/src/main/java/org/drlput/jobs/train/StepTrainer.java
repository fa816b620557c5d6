package org.drlput.jobs.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.drlput.common.client.TrainingSession;
import org.drlput.common.client.TrainingSession.PulledStep;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SummationTree;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.math.Kernels;
import org.drlput.common.objective.Baselines;
import org.drlput.common.objective.GradientSettings;
import org.drlput.common.objective.MicroBatchTrainer;
import org.drlput.common.objective.RewardScale;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.RefusedMicroBatch;
import org.drlput.jobs.task.TaskThread;
import org.drlput.server.rpc.CaptureMessages;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes steps on a thread of its own: pull, every lane forward and backward, push of each finished subtree, or of each
 * lane in asynchronous mode, while the next lane computes. Meanwhile the task thread reads and encodes the next step. The sums do not
 * depend on how lanes are spread over workers.
 */
final class StepTrainer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StepTrainer.class);

    private final RunContext context;
    private final Lanes lanes;
    private final TrainingSession session;
    private final RewardScale rewards;
    private final Parameters weights;
    private final MicroBatchTrainer trainer;
    private final SummationTree tree;
    /** A push is an update: of one micro-batch, so that an update does not depend on the number of workers. */
    private final boolean alone;

    private final BlockingQueue<EncodedStep> free;
    private final BlockingQueue<EncodedStep> filled;
    private final int steps;
    private final TaskThread thread;
    /** Of the subtree that is being filled. */
    private List<RefusedMicroBatch> refused = new ArrayList<>();

    /** @param steps that may wait or be computed at a time; made by the caller and given to {@link #offer} */
    StepTrainer(
            RunContext context,
            Lanes lanes,
            TrainingSession session,
            Kernels kernels,
            List<EncodedStep> steps,
            Consumer<Throwable> onFailure) {
        this.context = context;
        this.lanes = lanes;
        this.session = session;
        this.steps = steps.size();
        free = new ArrayBlockingQueue<>(steps.size(), false, steps);
        filled = new ArrayBlockingQueue<>(steps.size());
        rewards = new RewardScale(
                context.firstPass().reward().mean(),
                context.firstPass().reward().deviation(),
                context.firstPass().reward().uniformMean());
        weights = new Parameters(context.tensors());
        GradientSettings settings = GradientSettings.of(context.experiment(), rewards);
        trainer = new MicroBatchTrainer(
                context.model(), settings, kernels, context.plan().rowsPerMicroBatch());
        tree = new SummationTree(context.tensors(), lanes.first(), lanes.end());
        alone = context.experiment().training().mode() == Experiment.Mode.ASYNC;
        thread = TaskThread.start("step-trainer-" + lanes.first(), this::run, onFailure);
    }

    /** A step to fill; waits until one is computed. */
    EncodedStep take() throws InterruptedException {
        return free.take();
    }

    /** Hands a filled step over. */
    void offer(EncodedStep step) {
        filled.add(step);
    }

    /** Waits until every step that was offered is computed and pushed. */
    void drain() throws InterruptedException {
        List<EncodedStep> all = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            all.add(free.take());
        }
        free.addAll(all);
    }

    private void run(TaskThread self) throws InterruptedException {
        while (!self.closed()) {
            EncodedStep step = filled.take();
            compute(step);
            free.add(step);
        }
    }

    private void compute(EncodedStep step) throws InterruptedException {
        StepRecord record = step.record();
        PulledStep pulled = session.pull(record.step(), step.touched(), weights);
        double taken = Baselines.value(context.experiment().objective(), pulled.seen(), rewards);
        List<CompletableFuture<Void>> pushes = new ArrayList<>(4);
        List<Subtree> pushed = new ArrayList<>(4);
        for (int lane = lanes.first(); lane < lanes.end(); lane++) {
            Contribution contribution = contribution(step, lane, taken);
            if (!alone) {
                tree.add(lane, 1, contribution);
            }
            Subtree sum = alone ? new Subtree(lane, 1, contribution) : tree.poll();
            while (sum != null) {
                pushes.add(session.push(record.step(), sum, refused, lastCut(record)));
                pushed.add(sum);
                refused = new ArrayList<>();
                sum = tree.poll();
            }
        }
        Pushes.await(pushes);
        pushed.forEach(sum -> tree.release(sum.contribution()));
        tree.reset();
    }

    private @Nullable CaptureKey lastCut(StepRecord record) {
        return record.lastCut() == StepRecord.NO_CUT
                ? null
                : CaptureMessages.key(new org.drlput.server.shard.CaptureKey(
                        context.settings().run(), record.generation(), record.lastCut()));
    }

    private Contribution contribution(EncodedStep step, int lane, double taken) {
        Contribution out = tree.take();
        trainer.compute(weights, step.batch(lane), taken, out);
        String cause = trainer.refusal(out);
        if (cause != null) {
            out.clear();
            out.metrics().refusedMicroBatches = 1;
            String text = "%s; rows: %s".formatted(cause, step.describe(lane));
            LOG.warn(
                    "step {}: micro-batch {} is refused and counts as no rows: {}",
                    step.record().step(),
                    lane,
                    text);
            refused.add(RefusedMicroBatch.newBuilder()
                    .setStep(step.record().step())
                    .setMicroBatch(lane)
                    .setCause(text)
                    .build());
        }
        return out;
    }

    @Override
    public void close() {
        thread.close();
    }
}
