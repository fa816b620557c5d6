package org.drlput.server.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.drlput.common.gradient.Metrics;
import org.drlput.server.shard.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/**
 * One shard of the parameter server as a pure machine: each method is a message, what it wants done goes to {@link ShardEffects}.
 * One thread. A refused message ({@link RefusedException}) changes nothing.
 *
 * <pre>
 *            open, higher generation          loaded
 *   CLOSED ---------------------------> LOADING -----> OPEN
 *      ^                                  | ^            |
 *      +------------- loadFailed ---------+ +------------+  open, higher generation
 * </pre>
 *
 * Training calls are served in OPEN alone, and only with the {@link Fence} of the newest opening.
 */
public final class Shard {
    private enum Phase {
        CLOSED,
        LOADING,
        OPEN
    }

    private final int index;
    private final int shardCount;
    private final long incarnation;
    private final long knownGeneration;
    private final ShardRules rules;
    private final ShardEffects effects;
    private final Retention retention = new Retention();

    private Phase phase = Phase.CLOSED;
    /** The newest that was accepted; its generation is the highest ever. */
    private @Nullable Opening opening;
    /** Not null in OPEN alone. */
    private @Nullable OpenedRun run;
    /** Calls that wait for the newest opening to be loaded. */
    private final List<Long> waitingOpens = new ArrayList<>();
    /** Grows with every generation, so that the sum with the run's own never falls. */
    private long revision = 1;

    /**
     * @param incarnation drawn anew for every life of the process
     * @param knownGeneration the highest that an earlier life of the process, or a capture on its disk, tells of; 0: none
     */
    public Shard(int index, int shardCount, long incarnation, long knownGeneration, ShardEffects effects) {
        this(index, shardCount, incarnation, knownGeneration, ShardRules.ALL, effects);
    }

    Shard(int index, int shardCount, long incarnation, long knownGeneration, ShardRules rules, ShardEffects effects) {
        this.index = index;
        this.shardCount = shardCount;
        this.incarnation = incarnation;
        this.knownGeneration = knownGeneration;
        this.rules = rules;
        this.effects = effects;
    }

    public long incarnation() {
        return incarnation;
    }

    private long generation() {
        return opening == null ? knownGeneration : opening.generation();
    }

    /** Begins a generation; the same opening again is answered again. Answered by {@link ShardEffects#opened}. */
    public void open(long call, Opening wanted) {
        if (wanted.shardCount() != shardCount) {
            throw RefusedException.of(
                    Reason.OTHER_LIFE,
                    "open: the run wants %d shards, this server is one of %d"
                            .formatted(wanted.shardCount(), shardCount));
        }
        Opening current = opening;
        if (rules.begins(wanted, generation())) {
            begin(wanted);
        } else if (current == null || !rules.repeats(wanted, current)) {
            throw RefusedException.of(
                    Reason.OTHER_LIFE,
                    "open: generation %d of run %s is not higher than %d, %s: ask again with a higher one"
                            .formatted(
                                    wanted.generation(),
                                    wanted.run(),
                                    generation(),
                                    current == null
                                            ? "which an earlier life of this shard has seen"
                                            : "with which run %s was opened".formatted(current.run())));
        }
        OpenedRun opened = run;
        if (opened != null) {
            effects.opened(call, opened.step(), opened.baseVersion());
            return;
        }
        waitingOpens.add(call);
        if (phase == Phase.CLOSED) {
            phase = Phase.LOADING;
            effects.load(wanted);
        }
    }

    private void begin(Opening wanted) {
        Refusal over = new Refusal(
                Reason.OTHER_LIFE,
                "generation %d was opened after %d: this one is over".formatted(wanted.generation(), generation()));
        waitingOpens.forEach(call -> effects.openRefused(call, over));
        waitingOpens.clear();
        OpenedRun old = run;
        if (old != null) {
            old.refuseWaiting(over);
            revision += old.revision();
        }
        revision++;
        run = null;
        opening = wanted;
        phase = Phase.CLOSED;
    }

    /** The state of an opening is there. One of an older opening is dropped. */
    public void loaded(Opening of, RunState state) {
        if (phase != Phase.LOADING || !of.equals(opening)) {
            return;
        }
        Refusal below = belowPublished(of, state);
        if (below != null) {
            loadFailed(of, below);
            return;
        }
        OpenedRun opened = new OpenedRun(of, state, rules, effects);
        try {
            opened.begin();
        } catch (RefusedException e) {
            loadFailed(of, e.refusal());
            return;
        }
        run = opened;
        phase = Phase.OPEN;
        revision++;
        waitingOpens.forEach(call -> effects.opened(call, opened.step(), opened.baseVersion()));
        waitingOpens.clear();
        retention.restored(of);
    }

    private static @Nullable Refusal belowPublished(Opening of, RunState state) {
        long last = state.published().stream().mapToLong(step -> step).max().orElse(0);
        if (last <= state.step()) {
            return null;
        }
        return new Refusal(
                Reason.INVALID,
                "open: run %s has published version %d, which beginning at step %d would take back: start a new run with it as parent"
                        .formatted(of.run(), state.baseVersion() + last, state.step()));
    }

    /** The state of an opening can not be had; the same opening may be tried again. */
    public void loadFailed(Opening of, Refusal why) {
        if (phase != Phase.LOADING || !of.equals(opening)) {
            return;
        }
        phase = Phase.CLOSED;
        waitingOpens.forEach(call -> effects.openRefused(call, why));
        waitingOpens.clear();
    }

    /** Passes calls of the present life, refuses all others. */
    public void check(Fence fence) {
        var unused = require(fence);
    }

    private OpenedRun require(Fence fence) {
        Opening current = opening;
        OpenedRun opened = run;
        if (opened == null || current == null) {
            throw RefusedException.of(
                    Reason.OTHER_LIFE, "this shard is not opened: only Status is served before Open: open it");
        }
        same("run", fence.run(), current.run());
        same("generation", fence.generation(), current.generation());
        same("incarnation", Long.toHexString(fence.incarnation()), Long.toHexString(incarnation));
        same("experiment", fence.experimentSha256(), current.experimentSha256());
        same("kernel", fence.kernel(), current.kernel());
        return opened;
    }

    private static void same(String what, Object found, Object expected) {
        if (!Objects.equals(found, expected)) {
            throw RefusedException.of(
                    Reason.OTHER_LIFE,
                    "%s: found %s, expected %s, with which this shard is open: who asks is of another life"
                            .formatted(what, found, expected));
        }
    }

    /** A contribution, whole or not at all. */
    public PushOutcome push(Fence fence, Push push) {
        return require(fence).push(push);
    }

    /** Asks for the weights before a step. Answered by {@link ShardEffects#pullReady}, now or later. */
    public void pull(long call, Fence fence, long step) {
        require(fence).pull(call, step);
    }

    /**
     * Announces a cut and asks for its capture; asked again, it is answered again. Answered by {@link ShardEffects#captureDurable}
     * or {@link ShardEffects#captureDeclined}, now or later.
     */
    public void awaitCapture(long call, Fence fence, CaptureKey key, Keep keep) {
        require(fence).awaitCapture(call, key, keep);
    }

    /** Tells of a completed checkpoint: what it covers is published. Twice is as good as once. */
    public void confirm(Fence fence, Confirmation confirmation) {
        require(fence).confirm(confirmation);
        CaptureKey oldest = retention.confirm(confirmation.key(), confirmation.retained());
        if (index == 0 && oldest != null) {
            effects.retain(oldest);
        }
    }

    /** A copy that {@link ShardEffects#writeCapture} asked for is durable. */
    public void captureWritten(CaptureKey key, String sha256, long bytes) {
        OpenedRun opened = of(key);
        if (opened != null) {
            opened.captureWritten(key, sha256, bytes);
        }
    }

    /** A copy can not be written; it is not tried again by itself. */
    public void captureFailed(CaptureKey key, String why) {
        OpenedRun opened = of(key);
        if (opened != null) {
            opened.captureFailed(key, why);
        }
    }

    private @Nullable OpenedRun of(CaptureKey key) {
        return opening != null && key.run().equals(opening.run()) ? of(key.generation()) : null;
    }

    /** Nobody waits for this pull, opening or capture any more. */
    public void cancel(long call) {
        waitingOpens.remove(call);
        if (run != null) {
            run.cancel(call);
        }
    }

    /** This generation can not go on. */
    public void fail(String why) {
        if (run != null) {
            run.fail(why);
        }
    }

    /** A part that {@link ShardEffects#writePart} asked for is durable. */
    public void partWritten(long generation, StagedPart part) {
        OpenedRun opened = of(generation);
        if (opened != null) {
            opened.partWritten(part);
        }
    }

    public void partFailed(long generation, long step, String why) {
        OpenedRun opened = of(generation);
        if (opened != null) {
            opened.partFailed(step, why);
        }
    }

    /** The run's version of this step is in the registry. */
    public void published(long generation, long step) {
        OpenedRun opened = of(generation);
        if (opened != null) {
            opened.published(step);
        }
    }

    /** The version could not be published yet. */
    public void publishFailed(long generation, long step, String why) {
        OpenedRun opened = of(generation);
        if (opened != null) {
            opened.publishFailed(step, why);
        }
    }

    /** The run's version of this step has an evaluation. */
    public void evaluated(long generation, long step) {
        OpenedRun opened = of(generation);
        if (opened != null) {
            opened.evaluated(step);
        }
    }

    private @Nullable OpenedRun of(long generation) {
        return generation == generation() ? run : null;
    }

    /** Steps applied, 0 where not open. */
    public long step() {
        return run == null ? 0 : run.step();
    }

    /** Grows with every change of the status but those of step, metrics and refused micro-batches. */
    public long revision() {
        return revision + (run == null ? 0 : run.revision());
    }

    public ShardStatus status() {
        if (run != null) {
            return run.status(index, shardCount, incarnation, revision());
        }
        String name = opening == null ? "" : opening.run();
        return new ShardStatus(
                index,
                shardCount,
                name,
                generation(),
                incarnation,
                false,
                0,
                0,
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new Metrics(),
                List.of(),
                "",
                "",
                revision());
    }
}
