package org.drlput.jobs.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.drlput.server.shard.CaptureCopy;

/**
 * A whole training job as a set of events of which any may happen next: shards, the lives of the job, the network between them, the
 * disk, Flink's checkpoints, the evaluation, and faults. After each event the invariants are checked where they could break.
 */
final class Simulation {
    static final String RUN = "run";

    final Setting setting;
    final Arithmetic arithmetic;
    final SharedDisk disk;
    final Network network;
    final Checkpoints checkpoints;
    private final List<SimulatedShard> shards = new ArrayList<>();
    private final Deque<Integer> workerCounts;
    private final Deque<Integer> shardCounts;
    private final List<long[]> scoring = new ArrayList<>();
    private final List<Long> versions = new ArrayList<>();

    private JobLife life;
    private int lives;
    private int faultsLeft;
    private boolean over;
    private boolean mayStrike;

    Simulation(Setting setting, Arithmetic arithmetic) {
        this.setting = setting;
        this.arithmetic = arithmetic;
        this.disk = new SharedDisk(setting, arithmetic);
        this.workerCounts = new ArrayDeque<>(setting.workers());
        this.shardCounts = new ArrayDeque<>(setting.shards());
        this.network = new Network(this);
        this.checkpoints = new Checkpoints(this);
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
        checkpoints.forget();
        if (rescale) {
            if (workerCounts.size() > 1 && lives > 1) {
                workerCounts.removeFirst();
            }
            if (shardCounts.size() > 1 && lives > 1) {
                shardCounts.removeFirst();
            }
            int count = shardCounts.getFirst();
            while (shards.size() < count) {
                shards.add(new SimulatedShard(shards.size(), setting, disk, network));
            }
            for (int i = 0; i < count; i++) {
                network.breakCalls(i);
                shards.get(i).start(count);
            }
        }
        Completed last = checkpoints.last();
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

    /** From now on faults may come. */
    void strike() {
        mayStrike = true;
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    // ---- what can happen

    void events(List<Event> events) {
        if (over) {
            return;
        }
        life.events(events);
        if (life.refused) {
            events.add(Event.of("give up", () -> {
                checkpoints.giveUp();
                restart(false);
            }));
        }
        network.events(events);
        checkpoints.events(events);
        shardEvents(events);
        evaluationEvents(events);
        if (disk.full) {
            events.add(Event.of("disk has room", () -> disk.full = false));
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
            if (setting.slow() == Setting.Slow.DISK && checkpoints.count() % 3 != 0 && !network.isEmpty()) {
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
        checkpoints.written(copy, index);
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
        if (disk.full || setting.slow() == Setting.Slow.EVALUATOR && checkpoints.count() % 3 != 0) {
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
        fault(faults, () -> "crash of the job", () -> restart(false));
        fault(faults, () -> "crash of the JobManager", () -> {
            checkpoints.lose();
            restart(false);
        });
        fault(faults, () -> "rescale", () -> restart(true));
        for (int i = 0; i < life.shards(); i++) {
            int index = i;
            fault(faults, () -> "crash of shard " + index, () -> crash(index));
        }
        network.faults(faults);
        checkpoints.faults(faults);
        if (life.evaluatorLives) {
            fault(faults, () -> "crash of the evaluation", () -> {
                life.evaluatorLives = false;
                scoring.removeIf(one -> one[0] == life.attempt());
            });
        }
        if (!disk.saysNo) {
            fault(faults, () -> "a publication is done and said to have failed", () -> disk.saysNo = true);
        }
        for (int i = 0; i < 4 && !disk.full; i++) {
            fault(faults, () -> "disk is full", () -> disk.full = true);
        }
        if (setting.rival() && !disk.rivalThere) {
            fault(faults, () -> "another run", () -> {
                disk.rivalThere = true;
                disk.publishRival(setting.steps() + (setting.keeps(Rule.NUMBERS_ARE_RESERVED) ? 1 : 0));
            });
        }
    }

    /** One of the faults that are left happens. */
    void fault(List<Event> faults, Supplier<String> name, Runnable happens) {
        faults.add(new Event(name, () -> {
            faultsLeft--;
            happens.run();
        }));
    }

    private void crash(int index) {
        SimulatedShard node = shards.get(index);
        network.breakCalls(index);
        if (setting.keeps(Rule.INCARNATION_IS_CHECKED) || life.opening() == null || !node.isOpen()) {
            node.start(life.shards());
        } else {
            node.startAlone(life.opening());
        }
    }

    // ---- invariants

    void requireSound() {
        for (SimulatedShard node : shards) {
            node.requireSound();
        }
        if (life.refused) {
            Violation.unless(checkpoints.wentBack(), "what Flink restores by itself is refused");
        }
    }

    void requireFinished() {
        disk.requireFinished(versions);
        Completed last = checkpoints.last();
        Violation.unless(
                last.key().boundary() == setting.steps(),
                "the run ended at step %d",
                last.key().boundary());
        disk.requireWhole(last.key(), disk.shardsOf(last.key()));
    }
}
