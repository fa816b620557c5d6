package org.drlput.jobs.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * A whole training job as a set of events of which any may happen next: shards, the lives of the job, the network between them, the
 * disk, Flink's checkpoints, the evaluation, and faults. After each event the invariants are checked where they could break.
 */
final class Simulation implements SimulatedShard.Answers {
    static final String RUN = "run";

    /** Whom the answer of a shard goes to. */
    record Call(JobLife life, Message.Kind kind, int shard, long about) {
        static Call open(JobLife life, int shard, long generation) {
            return new Call(life, Message.Kind.OPEN, shard, generation);
        }

        static Call capture(JobLife life, int shard, long checkpoint) {
            return new Call(life, Message.Kind.CAPTURE, shard, checkpoint);
        }
    }

    /** The checkpoint under way. */
    private record Pending(long number, Keep keep, boolean begun) {}

    final Setting setting;
    final Arithmetic arithmetic;
    final SharedDisk disk;
    private final List<SimulatedShard> shards = new ArrayList<>();
    private final List<Message> network = new ArrayList<>();
    private final Map<Long, Call> calls = new TreeMap<>();
    private final Deque<Integer> workerCounts;
    private final Deque<Integer> shardCounts;
    private final List<long[]> scoring = new ArrayList<>();
    private final List<Long> versions = new ArrayList<>();
    private final Completed beginning = new Completed(0, new CaptureKey(RUN, 0, 0), false);

    private JobLife life;
    private int lives;
    private long callCount;
    private @Nullable Message lastArrived;

    private long checkpointCount;
    private int triggersLeft;
    private int faultsLeft;
    private @Nullable Pending pending;
    private @Nullable Completed note;
    /** Those that Flink keeps, newest last. */
    private List<Completed> completed = new ArrayList<>();

    private @Nullable Completed savepoint;
    /** Before somebody went back by hand. */
    private @Nullable List<Completed> saved;

    private boolean over;
    private boolean mayStrike;
    /** Without the rule of keys: captures by their checkpoint's number. */
    private final Map<Long, Map<Integer, CaptureCopy>> byNumber = new HashMap<>();

    private final Map<CaptureKey, Long> numbers = new HashMap<>();

    Simulation(Setting setting, Arithmetic arithmetic) {
        this.setting = setting;
        this.arithmetic = arithmetic;
        this.disk = new SharedDisk(setting, arithmetic);
        this.workerCounts = new ArrayDeque<>(setting.workers());
        this.shardCounts = new ArrayDeque<>(setting.shards());
        this.triggersLeft = setting.checkpoints();
        this.faultsLeft = setting.faults();
        this.mayStrike = setting.strike() == Setting.Strike.AT_ONCE;
        for (long step = 1; step <= setting.steps(); step++) {
            if (arithmetic.plan().versionAt(step)) {
                versions.add(step);
            }
        }
        this.life = begin(true);
    }

    private JobLife begin(boolean rescale) {
        lives++;
        pending = null;
        note = null;
        if (rescale) {
            if (workerCounts.size() > 1 && lives > 1) {
                workerCounts.removeFirst();
            }
            if (shardCounts.size() > 1 && lives > 1) {
                shardCounts.removeFirst();
            }
            int count = shardCounts.getFirst();
            while (shards.size() < count) {
                shards.add(new SimulatedShard(shards.size(), setting, disk, this));
            }
            for (int i = 0; i < count; i++) {
                breakCalls(i);
                shards.get(i).start(count);
            }
        }
        Completed last = completed.isEmpty() ? beginning : completed.get(completed.size() - 1);
        // Flink runs finished operators never again: nobody opens, publishes, evaluates
        over = last.finished();
        return new JobLife(this, lives, workerCounts.getFirst(), shardCounts.getFirst(), last);
    }

    void restart(boolean rescale) {
        life = begin(rescale);
    }

    JobLife life() {
        return life;
    }

    SimulatedShard shard(int index) {
        return shards.get(index);
    }

    boolean isOver() {
        return over;
    }

    // ---- the network

    void send(Message.Kind kind, JobLife of, Supplier<String> name, Runnable arrives) {
        network.add(new Message(kind, of, name, arrives));
    }

    long call(Call call) {
        calls.put(++callCount, call);
        return callCount;
    }

    @Override
    public void opened(long call, int shard, long incarnation) {
        Call of = calls.remove(call);
        if (of != null) {
            send(
                    Message.Kind.OPEN,
                    of.life(),
                    () -> "opened %d by %d".formatted(of.about(), shard),
                    () -> of.life().opened(of.about(), shard, incarnation));
        }
    }

    @Override
    public void openRefused(long call, int shard, Refusal refusal) {
        Call of = calls.remove(call);
        if (of != null) {
            boolean forEver = refusal.reason() == Refusal.Reason.INVALID;
            send(
                    Message.Kind.OPEN,
                    of.life(),
                    () -> "not opened %d by %d".formatted(of.about(), shard),
                    () -> of.life().openRefused(of.about(), forEver));
        }
    }

    @Override
    public void captured(long call, int shard, DurableCapture capture) {
        Call of = calls.remove(call);
        if (of != null) {
            of.life().captured(of.about(), shard, capture);
        }
    }

    @Override
    public void declined(long call, int shard, String reason) {
        Call of = calls.remove(call);
        if (of != null) {
            of.life().declined(of.about(), shard, reason);
        }
    }

    // ---- checkpoints

    boolean isPending(long checkpoint) {
        return pending != null && pending.number() == checkpoint;
    }

    Keep keep(long checkpoint) {
        return pending == null ? Keep.RETAINED : pending.keep();
    }

    void asked(long checkpoint, CaptureKey key) {
        numbers.put(key, checkpoint);
    }

    void declined(long checkpoint) {
        if (isPending(checkpoint)) {
            pending = null;
            life.over();
        }
    }

    /** Every shard has opened what is restored. */
    void opened() {
        saved = null;
    }

    long boundaryBeforeLast() {
        return completed.size() < 2
                ? 0
                : completed.get(completed.size() - 2).key().boundary();
    }

    boolean answeredByNumber(long call, int shard, long checkpoint, CaptureKey key) {
        if (setting.keeps(Rule.KEY_IS_NOT_THE_NUMBER)) {
            return false;
        }
        CaptureCopy there = byNumber.getOrDefault(checkpoint, Map.of()).get(shard);
        if (there != null) {
            captured(call, shard, new DurableCapture(key, "sha", 1, there.staged()));
        }
        return there != null;
    }

    private void trigger() {
        triggersLeft = Math.max(0, triggersLeft - 1);
        checkpointCount++;
        pending = new Pending(checkpointCount, checkpointCount % 4 == 3 ? Keep.PINNED : Keep.RETAINED, false);
    }

    private void barrier(Pending begun) {
        pending = new Pending(begun.number(), begun.keep(), true);
        CaptureKey cut = life.barrier(begun.number());
        if (cut.boundary() == setting.steps() && setting.strike() == Setting.Strike.END) {
            mayStrike = true;
        }
    }

    private void complete(Pending whole, CommittedCaptures state) {
        CaptureKey key = state.key();
        if (!setting.keeps(Rule.KEY_IS_NOT_THE_NUMBER)) {
            requireByNumber(whole.number(), key);
        }
        disk.requireWhole(key, life.shards());
        Completed done = new Completed(whole.number(), key, life.allFinished());
        pending = null;
        life.over();
        if (whole.keep() == Keep.PINNED) {
            savepoint = done;
        } else {
            completed.add(done);
            if (completed.size() > 2) {
                completed.remove(0);
            }
        }
        // of a savepoint Flink tells when it stops the job with it
        note = done;
        mayStrike |= key.boundary() == setting.steps();
    }

    private void abort(Pending under) {
        pending = null;
        life.over();
        life.abort(under.number());
    }

    private void requireByNumber(long number, CaptureKey key) {
        byNumber.getOrDefault(number, Map.of())
                .forEach((shard, part) -> Violation.unless(
                        part.totals().clippedRows == Arithmetic.onceUpTo(key.boundary()),
                        "the capture of checkpoint %d in shard %d is of another cut",
                        number,
                        shard));
    }

    // ---- what can happen

    void events(List<Event> events) {
        if (over) {
            return;
        }
        life.events(events);
        if (life.refused) {
            events.add(Event.of("give up", () -> {
                completed = saved == null ? completed : saved;
                saved = null;
                restart(false);
            }));
        }
        for (Message message : network) {
            events.add(new Event(message.name(), () -> arrive(message)));
        }
        checkpointEvents(events);
        shardEvents(events);
        evaluationEvents(events);
        if (disk.full) {
            events.add(Event.of("disk has room", () -> disk.full = false));
        }
    }

    private void arrive(Message message) {
        network.remove(message);
        lastArrived = message;
        message.arrives().run();
    }

    private void checkpointEvents(List<Event> events) {
        Completed last = completed.isEmpty() ? null : completed.get(completed.size() - 1);
        boolean finished = last != null && last.finished();
        Pending under = pending;
        if (under == null) {
            boolean repeat = life.runs()
                    && life.boundary() == setting.steps()
                    && (setting.keeps(Rule.CHECKPOINTS_REPEAT_THE_LAST_BOUNDARY)
                            || life.ended
                            || last == null
                            || last.key().boundary() < setting.steps());
            if (!finished && (triggersLeft > 0 || repeat)) {
                events.add(Event.of("trigger", this::trigger));
            }
        } else if (!under.begun()) {
            events.add(Event.of("barrier", () -> barrier(under)));
        } else if (life.acknowledged != null) {
            CommittedCaptures state = life.acknowledged;
            events.add(Event.of("complete", () -> complete(under, state)));
            if (!setting.keeps(Rule.PUBLISHED_WHEN_COMPLETE)) {
                events.add(Event.of("early", () -> life.confirmEarly(under.number())));
            }
        } else if (setting.slow() == Setting.Slow.DISK && life.asking >= 0) {
            events.add(Event.of("expire", () -> abort(under)));
        }
        Completed told = note;
        if (told != null) {
            events.add(Event.of("notify", () -> {
                note = null;
                life.notified(told.number());
            }));
        }
        if (finished) {
            events.add(Event.of("finish", () -> over = true));
        }
    }

    private void shardEvents(List<Event> events) {
        for (int i = 0; i < life.shards(); i++) {
            SimulatedShard node = shards.get(i);
            int index = i;
            if (node.hasWork()) {
                events.add(new Event(() -> "work of " + index, node::doWork));
            }
            if (node.unwrittenParts() > 0) {
                events.add(new Event(() -> "write part of " + index, node::writePart));
            }
            if (setting.slow() == Setting.Slow.DISK && checkpointCount % 3 != 0 && !network.isEmpty()) {
                continue;
            }
            for (int c = 0; c < node.unwrittenCopies(); c++) {
                int at = c;
                events.add(new Event(
                        () -> "write capture %d of %d".formatted(at, index), () -> writeCopy(node, index, at)));
            }
        }
    }

    private void writeCopy(SimulatedShard node, int index, int at) {
        CaptureCopy copy = node.copy(at);
        node.writeCopy(at);
        Long number = numbers.get(copy.key());
        if (number != null && disk.has(copy.key(), index)) {
            byNumber.computeIfAbsent(number, n -> new HashMap<>()).putIfAbsent(index, copy);
        }
    }

    private void evaluationEvents(List<Event> events) {
        if (life.runs() && life.evaluatorLives) {
            for (long version : versions) {
                if (disk.isPublished(version) && disk.timesEvaluated(version) == 0 && !isScored(version)) {
                    events.add(new Event(
                            () -> "score " + version, () -> scoring.add(new long[] {life.attempt(), version})));
                }
            }
        }
        if (disk.full || setting.slow() == Setting.Slow.EVALUATOR && checkpointCount % 3 != 0) {
            return;
        }
        for (long[] one : scoring) {
            events.add(new Event(() -> "report %d of %d".formatted(one[1], one[0]), () -> {
                scoring.remove(one);
                disk.evaluate(one[1]);
            }));
        }
    }

    private boolean isScored(long version) {
        return scoring.stream().anyMatch(one -> one[0] == life.attempt() && one[1] == version);
    }

    // ---- faults

    boolean mayFault() {
        return faultsLeft > 0 && mayStrike && !over;
    }

    void faults(List<Event> faults) {
        if (!mayFault()) {
            return;
        }
        fault(faults, "crash of the job", () -> restart(false));
        fault(faults, "crash of the JobManager", () -> {
            checkpointCount = completed.isEmpty()
                    ? 0
                    : completed.get(completed.size() - 1).number();
            restart(false);
        });
        fault(faults, "rescale", () -> restart(true));
        for (int i = 0; i < life.shards(); i++) {
            int index = i;
            fault(faults, "crash of shard " + i, () -> crash(index));
        }
        Message again = lastArrived;
        if (again != null) {
            fault(faults, "twice", () -> network.add(again.again()));
        }
        for (Message message : network) {
            faults.add(new Event(() -> "lost: " + message.name().get(), () -> {
                faultsLeft--;
                lose(message);
            }));
        }
        checkpointFaults(faults);
        if (life.evaluatorLives) {
            fault(faults, "crash of the evaluation", () -> {
                life.evaluatorLives = false;
                scoring.removeIf(one -> one[0] == life.attempt());
            });
        }
        if (!disk.saysNo) {
            fault(faults, "a publication is done and said to have failed", () -> disk.saysNo = true);
        }
        for (int i = 0; i < 4 && !disk.full; i++) {
            fault(faults, "disk is full", () -> disk.full = true);
        }
        if (setting.rival() && !disk.rivalThere) {
            fault(faults, "another run", () -> {
                disk.rivalThere = true;
                disk.publishRival(setting.steps() + (setting.keeps(Rule.NUMBERS_ARE_RESERVED) ? 1 : 0));
            });
        }
    }

    private void checkpointFaults(List<Event> faults) {
        if (life.runs() && !completed.isEmpty()) {
            for (int i = 0; i < 2; i++) {
                fault(
                        faults,
                        "back to the checkpoint before",
                        () -> back(new ArrayList<>(completed.subList(0, completed.size() - 1))));
            }
        }
        Completed at = savepoint;
        if (life.runs() && at != null && !completed.isEmpty()) {
            for (int i = 0; i < 3; i++) {
                fault(faults, "back to the savepoint", () -> back(new ArrayList<>(List.of(at))));
            }
        }
        Pending under = pending;
        if (under != null) {
            fault(faults, "abort", () -> abort(under));
        }
        for (int i = 0; i < 5 && note != null; i++) {
            fault(faults, "notification lost", () -> note = null);
        }
    }

    private void fault(List<Event> faults, String name, Runnable happens) {
        faults.add(Event.of(name, () -> {
            faultsLeft--;
            happens.run();
        }));
    }

    private void back(List<Completed> to) {
        saved = new ArrayList<>(completed);
        completed = to;
        restart(false);
    }

    private void crash(int index) {
        SimulatedShard node = shards.get(index);
        breakCalls(index);
        if (setting.keeps(Rule.INCARNATION_IS_CHECKED) || life.opening() == null || !node.isOpen()) {
            node.start(life.shards());
        } else {
            node.startAlone(life.opening());
        }
    }

    /** Who waits for an answer sees the connection end. */
    private void breakCalls(int index) {
        for (Long number : List.copyOf(calls.keySet())) {
            Call call = calls.get(number);
            if (call != null && call.shard() == index) {
                if (call.kind() == Message.Kind.OPEN) {
                    openRefused(number, index, new Refusal(Refusal.Reason.NOT_YET, "the connection ended"));
                } else {
                    declined(number, index, "the connection ended");
                }
            }
        }
    }

    /** Who waits for it sees a deadline pass; nobody waits for messages of a life that is over. */
    private void lose(Message message) {
        network.remove(message);
        if (message.of() != life) {
            return;
        }
        switch (message.kind()) {
            case OPEN -> life.openLost();
            case PUSH -> life.callLost = true;
            case CAPTURE -> life.questionLost = true;
            case CONFIRM -> {} // covered by the next one
        }
    }

    // ---- invariants

    void requireSound() {
        for (SimulatedShard node : shards) {
            node.requireSound();
        }
        if (life.refused) {
            Violation.unless(saved != null, "what Flink restores by itself is refused");
        }
    }

    void requireFinished() {
        disk.requireFinished(versions);
        Completed last = completed.get(completed.size() - 1);
        Violation.unless(
                last.key().boundary() == setting.steps(),
                "the run ended at step %d",
                last.key().boundary());
        disk.requireWhole(last.key(), disk.shardsOf(last.key()));
    }
}
