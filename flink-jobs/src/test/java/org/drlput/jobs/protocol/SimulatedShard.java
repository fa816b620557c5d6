package org.drlput.jobs.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.CoveredVersion;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Fence;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.PulledState;
import org.drlput.server.shard.Push;
import org.drlput.server.shard.PushOutcome;
import org.drlput.server.shard.Refusal;
import org.drlput.server.shard.RefusedException;
import org.drlput.server.shard.RuledShards;
import org.drlput.server.shard.RunState;
import org.drlput.server.shard.Shard;
import org.drlput.server.shard.ShardEffects;
import org.drlput.server.shard.StagedPart;
import org.drlput.server.shard.VersionPart;
import org.jspecify.annotations.Nullable;

/** A shard's process: the real machine, and what carries its effects out on the shared disk, one event at a time. */
final class SimulatedShard implements ShardEffects {
    /** Hears the answers to calls. */
    interface Answers {
        void opened(long call, int shard, long incarnation);

        void openRefused(long call, int shard, Refusal refusal);

        void captured(long call, int shard, DurableCapture capture);

        void declined(long call, int shard, String reason);
    }

    private record Unwritten(VersionPart part, long counted) {}

    private final int index;
    private final Setting setting;
    private final SharedDisk disk;
    private final Answers answers;
    private final Set<RuledShards.Rule> broken;
    private ShardLayout layout = new ShardLayout(1);
    private long incarnation;
    /** On this shard's own disk. */
    private long knownGeneration;

    private @Nullable Shard shard;
    private @Nullable RunState state;
    /** What the disk's thread does in order: loads, and publishes. */
    private final Deque<Object> work = new ArrayDeque<>();

    private final List<Unwritten> parts = new ArrayList<>();
    private final List<CaptureCopy> copies = new ArrayList<>();
    private @Nullable PulledState pulled;
    /** Files after a boundary alone are confirmed with an opening: without a rule. */
    private final Map<Opening, Long> filesAfter = new HashMap<>();

    SimulatedShard(int index, Setting setting, SharedDisk disk, Answers answers) {
        this.index = index;
        this.setting = setting;
        this.disk = disk;
        this.answers = answers;
        this.broken = setting.without().stream()
                .map(rule -> rule.ofShard)
                .filter(rule -> rule != null)
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** Another life of the process: all that was in memory is gone. */
    void start(int shardCount) {
        layout = new ShardLayout(shardCount);
        incarnation++;
        work.clear();
        parts.clear();
        copies.clear();
        state = null;
        long known = setting.keeps(Rule.GENERATION_IS_DURABLE) ? knownGeneration : 0;
        shard = RuledShards.without(broken, index, shardCount, incarnation, known, this);
    }

    /** Without the rule of incarnations: goes on by itself from its newest capture. */
    void startAlone(Opening last) {
        start(layout.shardCount());
        CaptureKey newest = null;
        for (CaptureKey key : disk.captures.keySet()) {
            SharedDisk.Capture capture = disk.captures.get(key);
            if (capture.shards == layout.shardCount() && capture.parts.size() == capture.shards) {
                newest = key;
            }
        }
        Shard fresh = RuledShards.without(broken, index, layout.shardCount(), incarnation, 0, this);
        shard = fresh;
        Opening alone = new Opening(
                last.run(),
                last.generation(),
                last.nonce(),
                last.shardCount(),
                last.experimentSha256(),
                last.firstPassSha256(),
                last.kernel(),
                newest,
                0);
        fresh.open(-1, alone);
        work.clear();
        load(alone, newest == null ? new CaptureKey(last.run(), 0, 0) : newest);
    }

    Shard machine() {
        Shard running = shard;
        if (running == null) {
            throw new IllegalStateException("shard " + index + " does not run");
        }
        return running;
    }

    long incarnation() {
        return incarnation;
    }

    ShardLayout layout() {
        return layout;
    }

    boolean isOpen() {
        return state != null && machine().status().open();
    }

    // ---- calls

    void open(long call, Opening opening, long onlyFilesAfter) {
        try {
            filesAfter.put(opening, onlyFilesAfter);
            machine().open(call, opening);
        } catch (RefusedException e) {
            answers.openRefused(call, index, e.refusal());
        }
    }

    /** @throws RefusedException as the machine does */
    void push(Fence fence, long step, int lane, int lanes, Contribution whole, @Nullable CaptureKey cut) {
        RunState current = state;
        if (current == null) {
            machine().check(fence);
            return;
        }
        Contribution part = Arithmetic.part(whole, layout, index, current.pool());
        PushOutcome outcome = PushOutcome.DUPLICATE;
        try {
            outcome = machine().push(fence, new Push(step, lane, lanes, part, List.of(), cut));
        } finally {
            if (outcome == PushOutcome.DUPLICATE) {
                current.pool().release(part);
            }
        }
    }

    /** Null: the machine would have it wait. */
    @Nullable
    PulledState pull(Fence fence, long step) {
        pulled = null;
        machine().pull(-2, fence, step);
        PulledState answer = pulled;
        if (answer == null) {
            machine().cancel(-2);
        }
        return answer;
    }

    // ---- effects

    @Override
    public void load(Opening opening) {
        state = null;
        parts.clear();
        copies.clear();
        if (setting.keeps(Rule.OPENING_DROPS_MANIFESTS)) {
            work.clear();
        }
        work.addFirst(opening);
    }

    @Override
    public void opened(long call, long step, long baseVersion) {
        disk.requireNothingTakenBack(step);
        answers.opened(call, index, incarnation);
    }

    @Override
    public void openRefused(long call, Refusal refusal) {
        answers.openRefused(call, index, refusal);
    }

    @Override
    public void pullReady(long call, PulledState answer) {
        pulled = answer;
    }

    @Override
    public void pullRefused(long call, Refusal refusal) {
        throw new Violation("a pull was refused: " + refusal.text());
    }

    @Override
    public void writePart(VersionPart part) {
        parts.add(new Unwritten(part, counted()));
        Violation.unless(parts.size() <= 2, "shard %d holds %d unwritten versions in memory", index, parts.size());
    }

    private long counted() {
        RunState current = state;
        return current == null ? 0 : current.totals().clippedRows;
    }

    @Override
    public void writeCapture(CaptureCopy copy) {
        copies.add(copy);
        Violation.unless(copies.size() <= 2, "shard %d holds %d unwritten captures in memory", index, copies.size());
    }

    @Override
    public void captureDurable(long call, DurableCapture capture, Keep keep) {
        Violation.unless(
                disk.has(capture.key(), index),
                "capture %s is not on disk",
                capture.key().name());
        if (keep == Keep.PINNED) {
            disk.pin(capture.key());
        }
        answers.captured(call, index, capture);
    }

    @Override
    public void captureDeclined(long call, String reason) {
        if (setting.keeps(Rule.DECLINED_AT_ONCE)) {
            answers.declined(call, index, reason);
        }
    }

    @Override
    public void publish(CoveredVersion version) {
        work.addLast(version);
    }

    @Override
    public void retain(CaptureKey oldest) {
        disk.retain(oldest);
    }

    // ---- events of its disk

    boolean hasWork() {
        Object next = work.peekFirst();
        return next instanceof Opening
                || next instanceof CoveredVersion version && (index == 0 || disk.isPublished(version.step()));
    }

    void doWork() {
        Object next = work.removeFirst();
        if (next instanceof Opening opening) {
            CaptureKey restored = opening.restored();
            load(opening, restored == null ? new CaptureKey(opening.run(), 0, 0) : restored);
        } else if (next instanceof CoveredVersion version) {
            if (index == 0 && disk.full) {
                machine().publishFailed(version.generation(), version.step(), "the disk is full");
                return;
            }
            if (index == 0) {
                disk.publish(version);
                if (disk.saysNo) {
                    disk.saysNo = false;
                    machine().publishFailed(version.generation(), version.step(), "the folder can not be synchronized");
                    return;
                }
            }
            machine().published(version.generation(), version.step());
        }
    }

    private void load(Opening opening, CaptureKey from) {
        if (disk.full) {
            machine().loadFailed(opening, new Refusal(Refusal.Reason.NOT_YET, "open: the disk is full"));
            return;
        }
        knownGeneration = Math.max(knownGeneration, opening.generation());
        long after = filesAfter.getOrDefault(opening, -1L);
        RunState loaded = disk.load(from, layout, index, after >= 0, after);
        state = loaded;
        machine().loaded(opening, loaded);
    }

    /** Parts of versions and copies of captures that wait to be written. */
    int unwrittenParts() {
        return parts.size();
    }

    int unwrittenCopies() {
        return copies.size();
    }

    CaptureCopy copy(int at) {
        return copies.get(at);
    }

    /** The oldest part is written, or the disk is full and it stays. */
    void writePart() {
        Unwritten first = parts.get(0);
        VersionPart part = first.part();
        if (disk.full) {
            machine().partFailed(part.generation(), part.step(), "the disk is full");
            if (!setting.keeps(Rule.PARTS_ARE_KEPT_UNTIL_WRITTEN)) {
                parts.remove(0);
            }
            return;
        }
        parts.remove(0);
        StagedPart name = new StagedPart(
                part.generation(), index, layout.shardCount(), part.step(), part.version(), part.rows(), "f", 1, "s");
        disk.stage(name, new SharedDisk.Part(part, first.counted()));
        machine().partWritten(part.generation(), name);
    }

    void writeCopy(int at) {
        CaptureCopy copy = copies.remove(at);
        if (disk.full) {
            machine().captureFailed(copy.key(), "the disk is full");
            return;
        }
        for (StagedPart name : copy.staged()) {
            Violation.unless(
                    name.step() <= copy.key().boundary(),
                    "capture %s names %s",
                    copy.key().name(),
                    name);
        }
        requirePromised(copy);
        disk.write(copy, index, layout.shardCount());
        machine().captureWritten(copy.key(), "sha", 1);
    }

    /** Every version up to the cut is published, or named by the capture. */
    private void requirePromised(CaptureCopy copy) {
        for (long step = copy.opening().restored() == null
                        ? 1
                        : copy.opening().restored().boundary() + 1;
                step <= copy.key().boundary();
                step++) {
            long due = step;
            Violation.unless(
                    !state().plan().versionAt(step)
                            || disk.isPublished(step)
                            || copy.staged().stream().anyMatch(name -> name.step() == due),
                    "capture %s of shard %d is durable before its part of version %d",
                    copy.key().name(),
                    index,
                    step);
        }
    }

    private RunState state() {
        RunState current = state;
        if (current == null) {
            throw new IllegalStateException("shard " + index + " is not open");
        }
        return current;
    }

    /** After each event. */
    void requireSound() {
        RunState current = state;
        if (current != null) {
            Violation.unless(
                    Arithmetic.nothingTwice(current.totals().clippedRows),
                    "shard %d has applied something twice: %s",
                    index,
                    Arithmetic.describe(current.totals().clippedRows));
        }
    }
}
