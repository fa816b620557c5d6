package org.drlput.jobs.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.Parameters;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Confirmation;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Fence;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.PulledState;
import org.drlput.server.shard.RefusedException;
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

    /** What a channel carries; a header with tickets, or the first one without, a barrier, or the end. */
    private sealed interface Item permits Step, First, Barrier, End, Told, Passed, Opened {}

    private record Step(StepHeader header) implements Item {}

    private record First(StepHeader header) implements Item {}

    private record Barrier(long checkpoint) implements Item {}

    private record End() implements Item {}

    /** To the committer. */
    private record Told(long checkpoint, long boundary) implements Item {}

    private record Passed() implements Item {}

    private record Opened(long generation) implements Item {}

    private static final class Worker {
        final Deque<Item> in = new ArrayDeque<>();
        final Deque<Item> out = new ArrayDeque<>();
        /** -1: not known. */
        long boundary = -1;

        boolean finished;
        /** Being computed; the next lane. */
        @Nullable
        StepHeader header;

        int lane;

        @Nullable
        Parameters weights;

        long passed() {
            return out.stream().filter(Passed.class::isInstance).count();
        }
    }

    private final Simulation world;
    private final Setting setting;
    private final int attempt;
    private final int shards;
    private final CaptureKey start;
    private final Completed restored;
    private final long totalSteps;
    private final SourceMachine source;
    private final CommitterMachine committer;
    private final List<Worker> workers = new ArrayList<>();
    private final Set<Integer> aligned = new HashSet<>();

    private Phase phase = Phase.ASK;
    private long generation;
    private Map<Integer, Long> incarnations = new HashMap<>();
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

    JobLife(Simulation world, int attempt, int workerCount, int shards, Completed restored) {
        this.world = world;
        this.setting = world.setting;
        this.attempt = attempt;
        this.shards = shards;
        this.restored = restored;
        this.start = restored.key();
        this.totalSteps = world.arithmetic.plan().totalSteps();
        this.source = new SourceMachine(
                start,
                totalSteps,
                (int) world.arithmetic.plan().versionCount(),
                world.arithmetic.plan().window());
        this.committer = new CommitterMachine(Simulation.RUN, workerCount, shards, 2, this);
        for (int w = 0; w < workerCount; w++) {
            workers.add(new Worker());
        }
    }

    int attempt() {
        return attempt;
    }

    int shards() {
        return shards;
    }

    boolean runs() {
        return phase == Phase.RUN;
    }

    long boundary() {
        return source.boundary();
    }

    private boolean current() {
        return world.life() == this;
    }

    private boolean good(int shard) {
        SimulatedShard node = world.shard(shard);
        Long opened = incarnations.get(shard);
        return node.isOpen()
                && node.machine().status().generation() == generation
                && opened != null
                && (opened == node.incarnation() || !setting.keeps(Rule.INCARNATION_IS_CHECKED));
    }

    private boolean allGood() {
        for (int shard = 0; shard < shards; shard++) {
            if (!good(shard)) {
                return false;
            }
        }
        return true;
    }

    private Fence fence(int shard) {
        long incarnation = incarnations.getOrDefault(shard, -1L);
        if (!setting.keeps(Rule.INCARNATION_IS_CHECKED)) {
            incarnation = world.shard(shard).incarnation();
        }
        return new Fence(Simulation.RUN, generation, incarnation, "sha", "plain");
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
            workerEvents(events, w);
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
        boolean good = allGood();
        boolean busy = workers.stream().anyMatch(worker -> worker.header != null) || asking >= 0;
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
        for (int shard = 0; shard < shards; shard++) {
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
            long incarnation = incarnations.getOrDefault(shard, -1L);
            source.observe(
                    shard,
                    new ShardView(
                            generation,
                            incarnation,
                            world.shard(shard).machine().step(),
                            published,
                            evaluated,
                            ""));
        }
    }

    private void propose() {
        List<Long> known = new ArrayList<>();
        for (int shard = 0; shard < shards && setting.keeps(Rule.GENERATION_IS_ABOVE_ALL_KNOWN); shard++) {
            known.add(world.shard(shard).machine().status().generation());
        }
        generation = SourceMachine.generationAbove(start, known);
        incarnations = new HashMap<>();
        askAgain = false;
        phase = Phase.OPEN;
        Opening wanted = new Opening(
                Simulation.RUN,
                generation,
                attempt,
                shards,
                "sha",
                "first",
                "plain",
                start.generation() == 0 ? null : start,
                restored.number());
        opening = wanted;
        long after = setting.keeps(Rule.CONFIRMED_BY_A_LATER_ONE) ? -1 : world.boundaryBeforeLast();
        for (int shard = 0; shard < shards; shard++) {
            SimulatedShard node = world.shard(shard);
            int to = shard;
            world.send(
                    Message.Kind.OPEN,
                    this,
                    () -> "open %d of %d".formatted(wanted.generation(), to),
                    () -> node.open(world.call(Simulation.Call.open(this, to, wanted.generation())), wanted, after));
        }
    }

    void opened(long ofGeneration, int shard, long incarnation) {
        if (!current() || phase != Phase.OPEN || ofGeneration != generation) {
            return;
        }
        incarnations.put(shard, incarnation);
        if (incarnations.size() == shards) {
            phase = Phase.RUN;
            world.opened();
            List<Long> all = new ArrayList<>();
            for (int i = 0; i < shards; i++) {
                all.add(incarnations.get(i));
            }
            source.opened(generation, all);
        }
    }

    void openRefused(long ofGeneration, boolean forEver) {
        if (!current() || phase != Phase.OPEN || ofGeneration != generation) {
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
        workers.forEach(worker -> worker.in.add(first ? new First(header) : new Step(header)));
    }

    private void endInput() {
        ended = true;
        workers.forEach(worker -> worker.in.add(new End()));
    }

    /** A barrier passes the source. */
    CaptureKey barrier(long checkpoint) {
        CaptureKey cut = source.barrier();
        workers.forEach(worker -> worker.in.add(new Barrier(checkpoint)));
        return cut;
    }

    // ---- workers

    private void workerEvents(List<Event> events, int w) {
        Worker worker = workers.get(w);
        if (worker.header == null) {
            if (!worker.in.isEmpty()) {
                events.add(new Event(() -> "take " + w, () -> take(worker, w)));
            }
        } else if (worker.lane < end(w)) {
            StepHeader header = worker.header;
            if (phase == Phase.RUN && mayPull(worker, header.step())) {
                events.add(new Event(() -> "compute " + w, () -> compute(worker, header, w)));
            }
        } else if (worker.passed() < 1) {
            events.add(new Event(() -> "pass " + w, () -> {
                worker.header = null;
                worker.weights = null;
                worker.out.add(new Passed());
            }));
        }
        if (!worker.out.isEmpty() && !aligned.contains(w)) {
            events.add(new Event(() -> "consume " + w, () -> consume(worker, w)));
        }
    }

    private int first(int w) {
        return Arithmetic.MICRO_BATCHES * w / workers.size();
    }

    private int end(int w) {
        return Arithmetic.MICRO_BATCHES * (w + 1) / workers.size();
    }

    private void take(Worker worker, int w) {
        Item item = worker.in.remove();
        if (item instanceof First first) {
            worker.boundary = first.header().step();
            worker.out.add(new Opened(first.header().generation()));
        } else if (item instanceof Step step) {
            worker.boundary = step.header().step() + 1;
            worker.header = step.header();
            worker.lane = first(w);
            if (!setting.keeps(Rule.FIRST_RECORD_TELLS_THE_BOUNDARY)) {
                worker.out.add(new Opened(step.header().generation()));
            }
        } else if (item instanceof End) {
            if (setting.keeps(Rule.WORKERS_TELL_THE_BOUNDARY_AT_THE_END) && worker.boundary >= 0) {
                worker.out.add(new Told(CommitterMachine.END, worker.boundary));
            }
            worker.finished = true;
        } else if (item instanceof Barrier barrier) {
            // after its end an operator may not emit: the barrier goes on alone
            if (!worker.finished && worker.boundary >= 0) {
                worker.out.add(new Told(barrier.checkpoint(), worker.boundary));
            }
            worker.out.add(barrier);
        }
    }

    private boolean mayPull(Worker worker, long step) {
        if (worker.weights != null) {
            return allGood();
        }
        for (int shard = 0; shard < shards; shard++) {
            if (!good(shard)
                    || world.shard(shard).machine().step()
                            < step - world.arithmetic.plan().staleness()) {
                return false;
            }
        }
        return true;
    }

    private void compute(Worker worker, StepHeader header, int w) {
        Parameters weights = worker.weights == null ? pull(header.step()) : worker.weights;
        worker.weights = weights;
        int lanes = Integer.lowestOneBit(worker.lane == 0 ? Arithmetic.MICRO_BATCHES : worker.lane);
        while (worker.lane + lanes > end(w)) {
            lanes /= 2;
        }
        int lane = worker.lane;
        int count = lanes;
        Contribution sum = world.arithmetic.sum(header.step(), lane, lanes, weights);
        worker.lane += lanes;
        CaptureKey cut = setting.keeps(Rule.PUSHES_CARRY_THE_CUT) ? header.lastCut() : null;
        for (int shard = 0; shard < shards; shard++) {
            Fence fence = fence(shard);
            int to = shard;
            world.send(
                    Message.Kind.PUSH,
                    this,
                    () -> "push %d.%d/%d+%d to %d".formatted(generation, header.step(), lane, count, to),
                    () -> arrive(
                            to, fence, node -> node.push(fenceNow(to, fence), header.step(), lane, count, sum, cut)));
        }
    }

    private Parameters pull(long step) {
        Parameters whole = Arithmetic.whole();
        for (int shard = 0; shard < shards; shard++) {
            SimulatedShard node = world.shard(shard);
            PulledState state = Violation.present(
                    pull(node, shard, step), "shard %d does not answer a pull of step %d", shard, step);
            for (int t = 0; t < 2; t++) {
                Arithmetic.copyRows(whole.values(t), state.weights().values(t), t, node.layout(), shard, true);
            }
        }
        return whole;
    }

    private @Nullable PulledState pull(SimulatedShard node, int shard, long step) {
        try {
            return node.pull(fence(shard), step);
        } catch (RefusedException e) {
            throw new Violation("shard %d refuses a pull of its own life: %s".formatted(shard, e.getMessage()));
        }
    }

    private Fence fenceNow(int shard, Fence sent) {
        if (setting.keeps(Rule.INCARNATION_IS_CHECKED)) {
            return sent;
        }
        return new Fence(
                sent.run(),
                sent.generation(),
                world.shard(shard).incarnation(),
                sent.experimentSha256(),
                sent.kernel());
    }

    /** A call reaches a shard; in its own life it is never refused. */
    private void arrive(int shard, Fence fence, Consumer<SimulatedShard> call) {
        try {
            call.accept(world.shard(shard));
        } catch (RefusedException e) {
            if (current() && phase == Phase.RUN && fence.generation() == generation && good(shard)) {
                throw new Violation("shard %d refuses a call of its own life: %s".formatted(shard, e.getMessage()));
            }
        }
    }

    // ---- the committer

    private void consume(Worker worker, int w) {
        Item item = worker.out.remove();
        if (item instanceof Opened opened) {
            committer.opened(opened.generation());
        } else if (item instanceof Told told) {
            committer.told(w, told.checkpoint(), told.boundary());
        } else if (item instanceof Barrier barrier && world.isPending(barrier.checkpoint())) {
            aligned.add(w);
            if (aligned.size() == workers.size()) {
                aligned.clear();
                asking = barrier.checkpoint();
                committer.snapshot(barrier.checkpoint(), world.keep(barrier.checkpoint()));
            }
        }
    }

    boolean allFinished() {
        return workers.stream().allMatch(worker -> worker.finished);
    }

    @Override
    public void ask(long checkpoint, CaptureKey key, Keep keep) {
        world.asked(checkpoint, key);
        for (int shard = 0; shard < shards; shard++) {
            Fence fence = fence(shard);
            int to = shard;
            world.send(
                    Message.Kind.CAPTURE,
                    this,
                    () -> "ask %d for %s of %d".formatted(checkpoint, key.name(), to),
                    () -> arrive(to, fence, node -> {
                        long call = world.call(Simulation.Call.capture(this, to, checkpoint));
                        if (!world.answeredByNumber(call, to, checkpoint, key)) {
                            node.machine().awaitCapture(call, fenceNow(to, fence), key, keep);
                        }
                    }));
        }
    }

    void captured(long checkpoint, int shard, DurableCapture capture) {
        world.send(
                Message.Kind.CAPTURE,
                this,
                () -> "durable %s of %d for %d".formatted(capture.key().name(), shard, checkpoint),
                () -> committer.durable(checkpoint, shard, capture));
    }

    void declined(long checkpoint, int shard, String reason) {
        Violation.unless(
                !current() || checkpoint != asking || !reason.contains("not told of the cut"),
                "the state at the cut of checkpoint %d is gone: %s",
                checkpoint,
                reason);
        world.send(
                Message.Kind.CAPTURE,
                this,
                () -> "no capture of %d for %d".formatted(shard, checkpoint),
                () -> committer.lost(checkpoint, reason));
    }

    @Override
    public void acknowledge(long checkpoint, CommittedCaptures state) {
        asking = -1;
        if (current() && world.isPending(checkpoint)) {
            acknowledged = state;
        }
    }

    @Override
    public void decline(long checkpoint, String reason) {
        asking = -1;
        if (current()) {
            world.declined(checkpoint);
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
                    .filter(file -> file.step() > world.boundaryBeforeLast())
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
        for (int shard = 0; shard < shards; shard++) {
            Fence fence = fence(shard);
            int to = shard;
            world.send(
                    Message.Kind.CONFIRM,
                    this,
                    () -> "confirm %s to %d".formatted(confirmation.key().name(), to),
                    () -> arrive(to, fence, node -> confirm(node, fence, confirmation)));
        }
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
