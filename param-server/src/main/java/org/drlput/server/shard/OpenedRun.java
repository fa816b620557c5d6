package org.drlput.server.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.server.shard.Refusal.Reason;

/**
 * One generation of a run in one shard: takes contributions, applies steps, answers pulls, copies versions. {@link #advance} alone
 * decides when a step is applied.
 */
final class OpenedRun {
    static final int REFUSED_KEPT = 100;
    private static final int MAX_WAITING_PULLS = 10_000;
    /** The refused share is of at least so many micro-batches, so that a bad one among the first does not end a run. */
    private static final long LEAST_JUDGED = 1_000;

    private record WaitingPull(long call, long step) {}

    private final Opening opening;
    private final RunPlan plan;
    private final RunState state;
    private final ShardEffects effects;
    private final VersionParts parts;
    /** Contributions to step s are in {@code accumulators[s % window]}, {@code step <= s < step + window}. */
    private final StepAccumulator[] accumulators;

    private final List<WaitingPull> waitingPulls = new ArrayList<>();
    private final Deque<RefusedMicroBatch> refused = new ArrayDeque<>();
    private final Metrics totals;
    /** Steps applied; only ever grows by one. */
    private long step;

    private String failure = "";
    /** Why a version's part is not written yet, by its step. */
    private final TreeMap<Long, String> unwritten = new TreeMap<>();

    private long revision;

    OpenedRun(Opening opening, RunState state, ShardEffects effects) {
        this.opening = opening;
        this.plan = state.plan();
        this.state = state;
        this.effects = effects;
        this.parts = new VersionParts(state.published(), state.evaluated());
        this.totals = state.totals();
        this.step = state.step();
        this.accumulators = new StepAccumulator[plan.window()];
        for (int i = 0; i < accumulators.length; i++) {
            accumulators[i] = new StepAccumulator(state.pool(), plan.microBatches());
        }
    }

    private StepAccumulator accumulator(long ofStep) {
        return accumulators[(int) (ofStep % plan.window())];
    }

    PushOutcome push(Push push) {
        requireGoing();
        requireValid(push);
        if (push.step() < step) {
            return PushOutcome.DUPLICATE;
        }
        if (push.step() >= step + plan.window()) {
            throw RefusedException.of(
                    Reason.TOO_MUCH,
                    "%s: found it when %d steps are applied, expected a step before %d (training.window is %d): push it later"
                            .formatted(push.name(), step, step + plan.window(), plan.window()));
        }
        StepAccumulator accumulator = accumulator(push.step());
        int present = accumulator.present(push);
        if (present == push.lanes()) {
            return PushOutcome.DUPLICATE;
        }
        if (present > 0) {
            throw RefusedException.of(
                    Reason.OTHER_LIFE,
                    "%s: %d of %d were pushed before in another sum: one generation joins its micro-batches in one way"
                            .formatted(push.name(), present, push.lanes()));
        }
        accumulator.add(push);
        advance();
        return PushOutcome.ACCEPTED;
    }

    private void requireValid(Push push) {
        int lanes = push.lanes();
        int first = push.firstLane();
        if (push.step() < 0 || push.step() >= plan.totalSteps()) {
            throw invalid("step %d: the run has steps 0 to %d".formatted(push.step(), plan.totalSteps() - 1));
        }
        if (first < 0
                || lanes < 1
                || Integer.bitCount(lanes) != 1
                || first % lanes != 0
                || first > plan.microBatches() - lanes) {
            throw invalid("%s: expected one, or an aligned subtree, of %d micro-batches"
                    .formatted(push.name(), plan.microBatches()));
        }
        if (push.sum().metrics().refusedMicroBatches != push.refused().size()) {
            throw invalid("%s: its metrics count %d refused micro-batches, its list %d"
                    .formatted(
                            push.name(),
                            push.sum().metrics().refusedMicroBatches,
                            push.refused().size()));
        }
        for (RefusedMicroBatch batch : push.refused()) {
            if (batch.step() != push.step() || batch.microBatch() < first || batch.microBatch() >= first + lanes) {
                throw invalid("%s: lists micro-batch %d of step %d as refused, which is not in it"
                        .formatted(push.name(), batch.microBatch(), batch.step()));
            }
        }
    }

    private static RefusedException invalid(String text) {
        return RefusedException.of(Reason.INVALID, text);
    }

    private void requireGoing() {
        if (!failure.isEmpty()) {
            throw RefusedException.of(Reason.OTHER_LIFE, failure);
        }
    }

    /** Applies every step that can be: called after whatever may have made one applicable. */
    private void advance() {
        while (mayApply()) {
            apply();
        }
    }

    private boolean mayApply() {
        return failure.isEmpty()
                && step < plan.totalSteps()
                && accumulator(step).full()
                && (!plan.versionAt(step + 1) || parts.room());
    }

    private void apply() {
        StepAccumulator accumulator = accumulator(step);
        Contribution sum = accumulator.sum();
        state.optimizer().step(state.weights(), sum, step);
        totals.add(sum.metrics());
        for (RefusedMicroBatch batch : accumulator.refused()) {
            if (refused.size() == REFUSED_KEPT) {
                refused.removeFirst();
            }
            refused.addLast(batch);
        }
        accumulator.clear(sum);
        step++;
        judgeRefused();
        if (!failure.isEmpty()) {
            return;
        }
        answerPulls();
        if (plan.versionAt(step)) {
            copyVersion();
        }
    }

    private void judgeRefused() {
        long seen = step * plan.microBatches();
        if (totals.refusedMicroBatches > plan.maxRefusedShare() * Math.max(seen, LEAST_JUDGED)) {
            RefusedMicroBatch last = refused.getLast();
            fail(
                    "%d of %d micro-batches were refused, more than training.maxRefusedShare %s allows; the last: step %d, micro-batch %d: %s"
                            .formatted(
                                    totals.refusedMicroBatches,
                                    seen,
                                    plan.maxRefusedShare(),
                                    last.step(),
                                    last.microBatch(),
                                    last.cause()));
        }
    }

    private void copyVersion() {
        if (!parts.copy(step)) {
            return;
        }
        Parameters weights = state.weights();
        Parameters copy = new Parameters(weights.tensors());
        List<TensorSpec> tensors = weights.tensors();
        for (int t = 0; t < tensors.size(); t++) {
            System.arraycopy(weights.values(t), 0, copy.values(t), 0, copy.values(t).length);
        }
        effects.writePart(new VersionPart(
                opening.run(), opening.generation(), step, state.baseVersion() + step, totals.rows, copy));
    }

    /** Answers now, or once the steps that it waits for are applied. */
    void pull(long call, long ofStep) {
        requireGoing();
        if (ofStep < 0 || ofStep > plan.totalSteps()) {
            throw invalid("pull of step %d: the run has steps 0 to %d, and weights before step %d at its end"
                    .formatted(ofStep, plan.totalSteps() - 1, plan.totalSteps()));
        }
        if (ofStep < step) {
            throw RefusedException.of(
                    Reason.OTHER_LIFE,
                    "pull of step %d: it is applied already, as %d steps are: who asks is of another life"
                            .formatted(ofStep, step));
        }
        if (waitingPulls.size() >= MAX_WAITING_PULLS) {
            throw RefusedException.of(
                    Reason.TOO_MUCH, "pull of step %d: %d pulls wait already".formatted(ofStep, waitingPulls.size()));
        }
        waitingPulls.add(new WaitingPull(call, ofStep));
        answerPulls();
    }

    private void answerPulls() {
        if (!failure.isEmpty()) {
            return;
        }
        Iterator<WaitingPull> pulls = waitingPulls.iterator();
        while (pulls.hasNext()) {
            WaitingPull pull = pulls.next();
            if (step >= pull.step() - plan.staleness()) {
                pulls.remove();
                effects.pullReady(pull.call(), new PulledState(step, totals.rows, totals.rewardSum, state.weights()));
            }
        }
    }

    /** Nobody waits for it any more. */
    void cancelPull(long call) {
        waitingPulls.removeIf(pull -> pull.call() == call);
    }

    /** Nothing more is applied or answered in this generation. */
    void fail(String why) {
        if (failure.isEmpty()) {
            failure = why;
            revision++;
            refusePulls(new Refusal(Reason.OTHER_LIFE, why));
        }
    }

    void refusePulls(Refusal refusal) {
        waitingPulls.forEach(pull -> effects.pullRefused(pull.call(), refusal));
        waitingPulls.clear();
    }

    void partWritten(StagedPart part) {
        if (parts.written(part)) {
            unwritten.remove(part.step());
            revision++;
            advance();
        }
    }

    void partFailed(long ofStep, String why) {
        if (parts.waits(ofStep)) {
            String before = warning();
            unwritten.put(ofStep, why);
            if (!warning().equals(before)) {
                revision++;
            }
        }
    }

    private String warning() {
        return unwritten.isEmpty() ? "" : unwritten.firstEntry().getValue();
    }

    void published(long ofStep) {
        if (parts.publish(ofStep)) {
            revision++;
        }
    }

    void evaluated(long ofStep) {
        if (parts.evaluate(ofStep)) {
            revision++;
        }
    }

    long step() {
        return step;
    }

    long baseVersion() {
        return state.baseVersion();
    }

    long revision() {
        return revision;
    }

    ShardStatus status(int shard, int shardCount, long incarnation, long shardRevision) {
        Metrics copy = new Metrics();
        copy.add(totals);
        return new ShardStatus(
                shard,
                shardCount,
                opening.run(),
                opening.generation(),
                incarnation,
                true,
                step,
                plan.totalSteps(),
                state.baseVersion(),
                parts.staged(),
                parts.published(),
                parts.evaluated(),
                copy,
                List.copyOf(refused),
                failure,
                warning(),
                shardRevision);
    }
}
