package org.drlput.jobs.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Keep;
import org.jspecify.annotations.Nullable;

/** Flink's checkpoints: triggered, under way, complete, notified of, restored. */
final class Checkpoints {
    private static final Completed BEGINNING = new Completed(0, new CaptureKey(Simulation.RUN, 0, 0), false);

    /** The checkpoint under way. */
    private record Pending(long number, Keep keep, boolean begun) {}

    private final Simulation world;
    private final Setting setting;
    /** The last number given. */
    private long count;

    private int triggersLeft;
    private @Nullable Pending pending;
    private @Nullable Completed note;
    /** Those that Flink keeps, newest last. */
    private List<Completed> completed = new ArrayList<>();

    private @Nullable Completed savepoint;
    /** Before somebody went back by hand. */
    private @Nullable List<Completed> saved;
    /** Without the rule of keys: captures by their checkpoint's number. */
    private final Map<Long, Map<Integer, CaptureCopy>> byNumber = new HashMap<>();

    private final Map<CaptureKey, Long> numbers = new HashMap<>();

    Checkpoints(Simulation world) {
        this.world = world;
        this.setting = world.setting;
        this.triggersLeft = setting.checkpoints();
    }

    /** The newest complete one, or the beginning. */
    Completed last() {
        return completed.isEmpty() ? BEGINNING : completed.get(completed.size() - 1);
    }

    long count() {
        return count;
    }

    /** A new life of the job knows of nothing under way. */
    void forget() {
        pending = null;
        note = null;
    }

    /** The JobManager counts on from the last that it finds. */
    void lose() {
        count = last().number();
    }

    /** Somebody went back by hand, and the shards have not opened that yet. */
    boolean wentBack() {
        return saved != null;
    }

    void giveUp() {
        completed = saved == null ? completed : saved;
        saved = null;
    }

    /** A shard's part of a capture is durable. */
    void written(CaptureCopy copy, int shard) {
        Long number = numbers.get(copy.key());
        if (number != null && world.disk.has(copy.key(), shard)) {
            byNumber.computeIfAbsent(number, n -> new HashMap<>()).putIfAbsent(shard, copy);
        }
    }

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
            world.life().over();
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
            world.network.captured(call, shard, new DurableCapture(key, "sha", 1, there.staged()));
        }
        return there != null;
    }

    private void trigger() {
        triggersLeft = Math.max(0, triggersLeft - 1);
        count++;
        pending = new Pending(count, count % 4 == 3 ? Keep.PINNED : Keep.RETAINED, false);
    }

    private void barrier(Pending begun) {
        pending = new Pending(begun.number(), begun.keep(), true);
        CaptureKey cut = world.life().barrier(begun.number());
        if (cut.boundary() == setting.steps() && setting.strike() == Setting.Strike.END) {
            world.strike();
        }
    }

    private void complete(Pending whole, CommittedCaptures state) {
        CaptureKey key = state.key();
        if (!setting.keeps(Rule.KEY_IS_NOT_THE_NUMBER)) {
            requireByNumber(whole.number(), key);
        }
        world.disk.requireWhole(key, world.life().shards());
        Completed done = new Completed(whole.number(), key, world.life().allFinished());
        pending = null;
        world.life().over();
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
        if (key.boundary() == setting.steps()) {
            world.strike();
        }
    }

    private void abort(Pending under) {
        pending = null;
        world.life().over();
        world.life().abort(under.number());
    }

    private void requireByNumber(long number, CaptureKey key) {
        byNumber.getOrDefault(number, Map.of())
                .forEach((shard, part) -> Violation.unless(
                        part.totals().clippedRows == Arithmetic.onceUpTo(key.boundary()),
                        "the capture of checkpoint %d in shard %d is of another cut",
                        number,
                        shard));
    }

    void events(List<Event> events) {
        Completed last = last();
        boolean finished = last.finished();
        Pending under = pending;
        if (under == null) {
            boolean repeat = world.life().runs()
                    && world.life().boundary() == setting.steps()
                    && (setting.keeps(Rule.CHECKPOINTS_REPEAT_THE_LAST_BOUNDARY)
                            || world.life().ended
                            || last.key().boundary() < setting.steps());
            if (!finished && (triggersLeft > 0 || repeat)) {
                events.add(Event.of("trigger", this::trigger));
            }
        } else if (!under.begun()) {
            events.add(Event.of("barrier", () -> barrier(under)));
        } else if (world.life().acknowledged != null) {
            CommittedCaptures state = world.life().acknowledged;
            events.add(Event.of("complete", () -> complete(under, state)));
            if (!setting.keeps(Rule.PUBLISHED_WHEN_COMPLETE)) {
                events.add(Event.of("early", () -> world.life().confirmEarly(under.number())));
            }
        } else if (setting.slow() == Setting.Slow.DISK && world.life().asking >= 0) {
            events.add(Event.of("expire", () -> abort(under)));
        }
        Completed told = note;
        if (told != null) {
            events.add(Event.of("notify", () -> {
                note = null;
                world.life().notified(told.number());
            }));
        }
        if (finished) {
            events.add(Event.of("finish", world::end));
        }
    }

    void faults(List<Event> faults) {
        if (world.life().runs() && !completed.isEmpty()) {
            for (int i = 0; i < 2; i++) {
                world.fault(
                        faults,
                        () -> "back to the checkpoint before",
                        () -> back(new ArrayList<>(completed.subList(0, completed.size() - 1))));
            }
        }
        Completed at = savepoint;
        if (world.life().runs() && at != null && !completed.isEmpty()) {
            for (int i = 0; i < 3; i++) {
                world.fault(faults, () -> "back to the savepoint", () -> back(new ArrayList<>(List.of(at))));
            }
        }
        Pending under = pending;
        if (under != null) {
            world.fault(faults, () -> "abort", () -> abort(under));
        }
        for (int i = 0; i < 5 && note != null; i++) {
            world.fault(faults, () -> "notification lost", () -> note = null);
        }
    }

    private void back(List<Completed> to) {
        saved = new ArrayList<>(completed);
        completed = to;
        world.restart(false);
    }
}
