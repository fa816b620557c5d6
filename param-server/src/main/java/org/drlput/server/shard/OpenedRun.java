package org.drlput.server.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.gradient.RewardsSeen;
import org.drlput.server.shard.Refusal.Reason;

/**
 * One generation of a run in one shard: takes contributions, applies steps, answers pulls, copies versions and captures.
 * {@link #advance} alone decides when something is applied.
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
    private final ShardRules rules;
    private final ShardEffects effects;
    private final Versions versions;
    private final Captures captures;
    private final Contributions contributions;

    private final List<WaitingPull> waitingPulls = new ArrayList<>();
    private final Deque<RefusedMicroBatch> refused;
    private final Metrics totals;
    /** Steps applied whole; only ever grows by one. */
    private long step;
    /** No contribution to this step or a later one is applied: {@code appliedEnd >= step}, and more asynchronously alone. */
    private long appliedEnd;

    private long updates;
    /** Micro-batches applied or refused, in all generations. */
    private long seen;

    private String failure = "";
    /** Why a version's part is not written yet, by its step. */
    private final TreeMap<Long, String> unwritten = new TreeMap<>();
    /** Why a version is not published yet; empty: it is. */
    private String unpublished = "";

    private long revision;

    OpenedRun(Opening opening, RunState state, ShardRules rules, ShardEffects effects) {
        this.opening = opening;
        this.plan = state.plan();
        this.state = state;
        this.rules = rules;
        this.effects = effects;
        this.versions = new Versions(opening, state, rules, effects);
        this.captures = new Captures(rules, effects);
        this.contributions = Contributions.of(plan, state.pool());
        this.refused = new ArrayDeque<>(state.refused());
        this.totals = state.totals();
        this.step = state.step();
        this.appliedEnd = step;
        this.updates = state.updates();
        this.seen = step * plan.microBatches();
    }

    /**
     * The restored checkpoint is complete: publishes what it covers.
     *
     * @throws RefusedException where what was restored does not fit together
     */
    void begin() {
        CaptureKey restored = opening.restored();
        if (restored != null) {
            versions.confirm(restored, opening.restoredCheckpoint(), state.staged());
        }
    }

    PushOutcome push(Push push) {
        requireGoing();
        push.requireFits(plan);
        CaptureKey cut = push.lastCut();
        if (cut != null) {
            requireOfThisLife(cut);
        }
        if (push.step() < step) {
            return PushOutcome.DUPLICATE;
        }
        if (push.step() >= step + plan.window()) {
            throw RefusedException.of(
                    Reason.TOO_MUCH,
                    "%s: found it when %d steps are applied, expected a step before %d (training.window is %d): push it later"
                            .formatted(push.name(), step, step + plan.window(), plan.window()));
        }
        int present = contributions.present(push);
        if (present == push.lanes()) {
            return PushOutcome.DUPLICATE;
        }
        if (present > 0) {
            throw RefusedException.of(
                    Reason.OTHER_LIFE,
                    "%s: %d of %d were pushed before in another sum: one generation joins its micro-batches in one way"
                            .formatted(push.name(), present, push.lanes()));
        }
        if (cut != null) {
            // before its step can be complete: the copy is taken on the way
            captures.learn(cut, appliedEnd > cut.boundary());
        }
        contributions.add(push);
        advance();
        return PushOutcome.ACCEPTED;
    }

    private void requireOfThisLife(CaptureKey key) {
        if (!key.run().equals(opening.run())
                || key.generation() != opening.generation()
                || key.boundary() < 0
                || key.boundary() > plan.totalSteps()) {
            throw invalid("cut %s of run %s: expected one of generation %d of run %s, of steps 0 to %d"
                    .formatted(key.name(), key.run(), opening.generation(), opening.run(), plan.totalSteps()));
        }
    }

    private static RefusedException invalid(String text) {
        return RefusedException.of(Reason.INVALID, text);
    }

    private void requireGoing() {
        if (!failure.isEmpty()) {
            throw RefusedException.of(Reason.INVALID, failure);
        }
    }

    /** Applies all that can be: called after whatever may have made something applicable. */
    private void advance() {
        while (failure.isEmpty() && settle()) {
            if (contributions.complete(step)) {
                contributions.clear(step);
                step++;
                answerPulls();
                continue;
            }
            long limit = rules.limit(captures.nextBoundary(step + 1), plan.versionAfter(step));
            Update update = step == plan.totalSteps() ? null : contributions.next(step, limit);
            if (update == null) {
                return;
            }
            apply(update);
        }
    }

    /**
     * What is due at this boundary, while nothing later is applied: first the version's copy, so that a capture here finds it, then
     * the captures'.
     *
     * @return false: the version has no room, nothing goes on before a part is written
     */
    private boolean settle() {
        if (plan.versionAt(step) && !versions.copied(step)) {
            if (!versions.room()) {
                return false;
            }
            copyVersion();
        }
        captures.take(step, this::copyState);
        captures.write(versions);
        return true;
    }

    private void apply(Update update) {
        state.optimizer().step(state.weights(), update.sum(), update.step(), updates);
        updates++;
        totals.follow(update.sum().metrics());
        for (RefusedMicroBatch batch : update.refused()) {
            if (refused.size() == REFUSED_KEPT) {
                refused.removeFirst();
            }
            refused.addLast(batch);
        }
        seen += update.lanes();
        appliedEnd = Math.max(appliedEnd, update.step() + 1);
        contributions.applied(update);
        judgeRefused();
    }

    private void judgeRefused() {
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
        versions.copy(step);
        effects.writePart(new VersionPart(
                opening.run(),
                opening.generation(),
                step,
                state.baseVersion() + step,
                totals.rows,
                effects.copyVersion(state.weights(), state.optimizer(), updates)));
    }

    private CaptureCopy copyState(CaptureKey key) {
        Metrics sums = new Metrics();
        sums.add(totals);
        StateCopy values = effects.copy(state.weights(), state.optimizer());
        return new CaptureCopy(
                key,
                opening,
                state.baseVersion(),
                updates,
                values.weights(),
                values.optimizer(),
                sums,
                List.copyOf(refused),
                List.of());
    }

    void awaitCapture(long call, CaptureKey key, Keep keep) {
        requireGoing();
        requireOfThisLife(key);
        captures.ask(call, key, keep, appliedEnd > key.boundary());
        advance();
    }

    void captureWritten(CaptureKey key, String sha256, long bytes) {
        if (captures.written(key, sha256, bytes)) {
            revision++;
        }
    }

    void captureFailed(CaptureKey key, String why) {
        if (captures.failed(key, why)) {
            revision++;
        }
    }

    void confirm(Confirmation confirmation) {
        requireOfThisLife(confirmation.key());
        versions.confirm(confirmation.key(), confirmation.checkpoint(), confirmation.files());
        captures.forget(confirmation.key());
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
                effects.pullReady(pull.call(), new PulledState(step, RewardsSeen.of(totals), state.weights()));
            }
        }
    }

    /** Nobody waits for it any more. */
    void cancel(long call) {
        waitingPulls.removeIf(pull -> pull.call() == call);
        captures.cancel(call);
    }

    /** Nothing more is applied or answered in this generation, and another one would come to the same: the run is over. */
    void fail(String why) {
        if (failure.isEmpty()) {
            failure = why;
            revision++;
            refuseWaiting(new Refusal(Reason.INVALID, why));
        }
    }

    /** Answers all that wait for something that will not come. */
    void refuseWaiting(Refusal refusal) {
        waitingPulls.forEach(pull -> effects.pullRefused(pull.call(), refusal));
        waitingPulls.clear();
        captures.decline(refusal.text());
    }

    void partWritten(StagedPart part) {
        if (versions.written(part)) {
            unwritten.remove(part.step());
            revision++;
            advance();
        }
    }

    void partFailed(long ofStep, String why) {
        if (versions.waits(ofStep)) {
            String before = warning();
            unwritten.put(ofStep, why);
            if (!warning().equals(before)) {
                revision++;
            }
        }
    }

    private String warning() {
        if (!unwritten.isEmpty()) {
            return unwritten.firstEntry().getValue();
        }
        return unpublished.isEmpty() ? captures.warning() : unpublished;
    }

    void published(long ofStep) {
        unpublished = "";
        if (versions.published(ofStep)) {
            revision++;
        }
    }

    void publishFailed(long ofStep, String why) {
        if (versions.publishFailed(ofStep) && !why.equals(unpublished)) {
            unpublished = why;
            revision++;
        }
    }

    void evaluated(long ofStep) {
        if (versions.evaluate(ofStep)) {
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
                captures.durable(),
                versions.stagedUpTo(plan.totalSteps()),
                versions.published(),
                versions.evaluated(),
                copy,
                List.copyOf(refused),
                failure,
                warning(),
                shardRevision);
    }
}
