package org.drlput.jobs.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Confirmation;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Fence;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.StagedPart;
import org.jspecify.annotations.Nullable;

/**
 * One life of the job, from a start to a failure: the source and the committer with their real machines, workers, and the channels
 * between them as Flink has them: in order, with barriers, the committer aligned.
 */
final class JobLife implements CommitterEffects {
    private enum Phase {
        ASK,
        OPEN,
        RUN
    }

    private final Simulation world;
    private final Setting setting;
    private final int attempt;
    private final CaptureKey start;
    private final Completed restored;
    private final long totalSteps;
    private final SourceMachine source;
    private final CommitterMachine committer;
    private final OpenedShards shards;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final Set<Integer> aligned = new HashSet<>();

    private Phase phase = Phase.ASK;
    private @Nullable Opening opening;
    /** An opening failed in a way that another one may not. */
    private boolean askAgain;
    /** The shards will never open what is restored. */
    boolean refused;
    /** A call's deadline is over: its task fails. */
    boolean callLost;
    /** A question's or an answer's deadline is over. */
    boolean questionLost;

    boolean evaluatorLives = true;
    boolean ended;
    /** The checkpoint whose captures are asked for; -1: none. */
    long asking = -1;
    /** What was acknowledged for the checkpoint under way. */
    @Nullable
    CommittedCaptures acknowledged;

    JobLife(Simulation world, int attempt, int workerCount, int shardCount, Completed restored) {
        this.world = world;
        this.setting = world.setting;
        this.attempt = attempt;
        this.shards = new OpenedShards(world, this, shardCount);
        this.restored = restored;
        this.start = restored.key();
        this.totalSteps = world.arithmetic.plan().totalSteps();
        this.source = new SourceMachine(
                start,
                new RunCourse(totalSteps, totalSteps, world.arithmetic.plan().versionEverySteps()),
                world.arithmetic.plan().window());
        this.committer = new CommitterMachine(Simulation.RUN, workerCount, shardCount, 2, this);
        for (int w = 0; w < workerCount; w++) {
            workers.add(new SimulatedWorker(world, this, shards, w, workerCount));
        }
    }

    int attempt() {
        return attempt;
    }

    int shards() {
        return shards.count();
    }

    boolean runs() {
        return phase == Phase.RUN;
    }

    long boundary() {
        return source.boundary();
    }

    boolean isCurrent() {
        return world.life() == this;
    }

    // ---- what can happen

    void events(List<Event> events) {
        if (phase == Phase.ASK || phase == Phase.OPEN && askAgain) {
            events.add(Event.of("propose", this::propose));
        }
        if (phase == Phase.RUN) {
            runningEvents(events);
        }
        for (int w = 0; w < workers.size(); w++) {
            SimulatedWorker worker = workers.get(w);
            int from = w;
            worker.events(events);
            if (worker.hasOutput() && !aligned.contains(w)) {
                events.add(new Event(() -> "consume " + from, () -> consume(worker, from)));
            }
        }
        if (questionLost) {
            events.add(Event.of("deadline", () -> {
                questionLost = false;
                if (asking >= 0) {
                    committer.lost(asking, "the deadline is over");
                }
            }));
        }
    }

    private void runningEvents(List<Event> events) {
        boolean good = shards.allGood();
        boolean busy = workers.stream().anyMatch(SimulatedWorker::computes) || asking >= 0;
        boolean evaluatorMissed = !evaluatorLives && setting.keeps(Rule.DEAD_EVALUATOR_FAILS_THE_JOB);
        if (!good && (!ended || busy) || callLost || evaluatorMissed) {
            events.add(Event.of("restart", () -> world.restart(false)));
        }
        if (!good || ended) {
            return;
        }
        observe();
        switch (source.next()) {
            case OPENING -> events.add(Event.of("first", this::emit));
            case STEP -> events.add(Event.of("emit", this::emit));
            case END -> events.add(Event.of("end of input", this::endInput));
            case WAIT -> {
                if (!setting.keeps(Rule.ENDS_WHEN_ALL_IS_PUBLISHED) && source.boundary() == totalSteps) {
                    events.add(Event.of("end of input", this::endInput));
                }
            }
        }
    }

    private void observe() {
        SharedDisk disk = world.disk;
        for (int shard = 0; shard < shards.count(); shard++) {
            int published = 0;
            int evaluated = 0;
            if (shard == 0 && source.boundary() == totalSteps) {
                published = disk.published().size();
                evaluated = disk.evaluated().size();
                if (!setting.keeps(Rule.ENDS_WHEN_ALL_IS_EVALUATED)) {
                    evaluated = published;
                }
                if (!setting.keeps(Rule.ENDS_WHEN_EVERY_VERSION_IS_EVALUATED) && disk.timesEvaluated(totalSteps) > 0) {
                    evaluated = published = (int) world.arithmetic.plan().versionCount();
                }
            }
            source.observe(
                    shard,
                    new ShardView(
                            shards.generation(),
                            shards.incarnation(shard),
                            world.shard(shard).machine().step(),
                            published,
                            evaluated,
                            ""));
        }
    }

    private void propose() {
        shards.ask(SourceMachine.generationAbove(start, shards.knownGenerations()));
        askAgain = false;
        phase = Phase.OPEN;
        Opening wanted = new Opening(
                Simulation.RUN,
                shards.generation(),
                attempt,
                shards.count(),
                "sha",
                "first",
                "plain",
                start.generation() == 0 ? null : start,
                restored.number());
        opening = wanted;
        long after = setting.keeps(Rule.CONFIRMED_BY_A_LATER_ONE) ? -1 : world.checkpoints.boundaryBeforeLast();
        for (int shard = 0; shard < shards.count(); shard++) {
            SimulatedShard node = world.shard(shard);
            int to = shard;
            world.network.send(
                    Message.Kind.OPEN,
                    this,
                    () -> "open %d of %d".formatted(wanted.generation(), to),
                    () -> node.open(
                            world.network.call(Network.Call.open(this, to, wanted.generation())), wanted, after));
        }
    }

    void opened(long ofGeneration, int shard, long incarnation) {
        if (!isCurrent() || phase != Phase.OPEN || ofGeneration != shards.generation()) {
            return;
        }
        if (shards.opened(shard, incarnation)) {
            phase = Phase.RUN;
            world.checkpoints.opened();
            source.opened(ofGeneration, shards.incarnations());
        }
    }

    void openRefused(long ofGeneration, boolean forEver) {
        if (!isCurrent() || phase != Phase.OPEN || ofGeneration != shards.generation()) {
            return;
        }
        if (forEver) {
            refused = true;
        } else {
            askAgain = true;
        }
    }

    void openLost() {
        askAgain |= phase == Phase.OPEN;
    }

    @Nullable
    Opening opening() {
        return opening;
    }

    private void emit() {
        StepHeader header = source.header();
        boolean first = source.next() == SourceMachine.Next.OPENING;
        source.emitted();
        if (first && !setting.keeps(Rule.FIRST_RECORD_TELLS_THE_BOUNDARY)) {
            return;
        }
        workers.forEach(worker -> worker.receive(first ? new Item.First(header) : new Item.Step(header)));
    }

    private void endInput() {
        ended = true;
        workers.forEach(worker -> worker.receive(new Item.End()));
    }

    /** A barrier passes the source. */
    CaptureKey barrier(long checkpoint) {
        CaptureKey cut = source.barrier();
        workers.forEach(worker -> worker.receive(new Item.Barrier(checkpoint)));
        return cut;
    }

    // ---- the committer

    private void consume(SimulatedWorker worker, int w) {
        Item item = worker.output();
        if (item instanceof Item.Opened opened) {
            committer.opened(opened.generation());
        } else if (item instanceof Item.Told told) {
            committer.told(w, told.checkpoint(), told.boundary());
        } else if (item instanceof Item.Barrier barrier && world.checkpoints.isPending(barrier.checkpoint())) {
            aligned.add(w);
            if (aligned.size() == workers.size()) {
                aligned.clear();
                asking = barrier.checkpoint();
                committer.snapshot(barrier.checkpoint(), world.checkpoints.keep(barrier.checkpoint()));
            }
        }
    }

    boolean allFinished() {
        return workers.stream().allMatch(SimulatedWorker::isFinished);
    }

    @Override
    public void ask(long checkpoint, CaptureKey key, Keep keep) {
        world.checkpoints.asked(checkpoint, key);
        shards.callAll(
                Message.Kind.CAPTURE,
                shard -> "ask %d for %s of %d".formatted(checkpoint, key.name(), shard),
                (shard, node, fence) -> {
                    long call = world.network.call(Network.Call.capture(this, shard, checkpoint));
                    if (!world.checkpoints.answeredByNumber(call, shard, checkpoint, key)) {
                        node.machine().awaitCapture(call, fence, key, keep);
                    }
                });
    }

    void captured(long checkpoint, int shard, DurableCapture capture) {
        world.network.send(
                Message.Kind.CAPTURE,
                this,
                () -> "durable %s of %d for %d".formatted(capture.key().name(), shard, checkpoint),
                () -> committer.durable(checkpoint, shard, capture));
    }

    void declined(long checkpoint, int shard, String reason) {
        Violation.unless(
                !isCurrent() || checkpoint != asking || !reason.contains("not told of the cut"),
                "the state at the cut of checkpoint %d is gone: %s",
                checkpoint,
                reason);
        world.network.send(
                Message.Kind.CAPTURE,
                this,
                () -> "no capture of %d for %d".formatted(shard, checkpoint),
                () -> committer.lost(checkpoint, reason));
    }

    @Override
    public void acknowledge(long checkpoint, CommittedCaptures state) {
        asking = -1;
        if (isCurrent() && world.checkpoints.isPending(checkpoint)) {
            acknowledged = state;
        }
    }

    @Override
    public void decline(long checkpoint, String reason) {
        asking = -1;
        if (isCurrent()) {
            world.checkpoints.declined(checkpoint);
        }
    }

    void abort(long checkpoint) {
        committer.aborted(checkpoint);
        asking = -1;
    }

    /** The checkpoint under way is over, well or not. */
    void over() {
        acknowledged = null;
        aligned.clear();
    }

    void notified(long checkpoint) {
        committer.completed(checkpoint);
    }

    @Override
    public void confirm(Confirmation confirmation) {
        List<StagedPart> files = confirmation.files();
        if (!setting.keeps(Rule.CONFIRMED_BY_A_LATER_ONE)) {
            files = files.stream()
                    .filter(file -> file.step() > world.checkpoints.boundaryBeforeLast())
                    .toList();
        }
        send(new Confirmation(confirmation.key(), confirmation.checkpoint(), confirmation.retained(), files));
    }

    /** Without a rule: published as soon as it is durable. */
    void confirmEarly(long checkpoint) {
        CommittedCaptures state = acknowledged;
        if (state != null) {
            send(new Confirmation(state.key(), checkpoint, 2, state.files()));
        }
    }

    private void send(Confirmation confirmation) {
        shards.callAll(
                Message.Kind.CONFIRM,
                shard -> "confirm %s to %d".formatted(confirmation.key().name(), shard),
                (shard, node, fence) -> confirm(node, fence, confirmation));
    }

    private void confirm(SimulatedShard node, Fence fence, Confirmation confirmation) {
        if (setting.keeps(Rule.GENERATION_IS_CHECKED_WHEN_CONFIRMED)) {
            node.machine().confirm(fence, confirmation);
        } else if (node.isOpen()) {
            long now = node.machine().status().generation();
            CaptureKey key = confirmation.key();
            node.machine()
                    .confirm(
                            new Fence(Simulation.RUN, now, node.incarnation(), "sha", "plain"),
                            new Confirmation(
                                    new CaptureKey(key.run(), now, key.boundary()),
                                    confirmation.checkpoint(),
                                    confirmation.retained(),
                                    confirmation.files()));
        }
    }
}
