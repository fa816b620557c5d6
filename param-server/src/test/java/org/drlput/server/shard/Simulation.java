package org.drlput.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.RewardsSeen;
import org.drlput.common.gradient.SummationTree;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;

/**
 * Shards, workers, a network and a disk as one seeded walk over events: messages come late, twice and in any order; writes fail and
 * are made again; shards lose their memory; the job begins a new generation while messages of the old one are under way. Checks
 * what must hold after each event.
 */
final class Simulation {
    private static final double TWICE = 0.1;

    /** One thing that can happen next. */
    private record Event(String name, Runnable action, boolean mayComeTwice) {}

    private final Random random;
    private final double writeFails;
    private final SimulatedRun run;
    private final ShardLayout layout;
    private final int workerCount;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final List<Event> underWay = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private long generation;
    private int faults;
    private long incarnations = 100;
    private long calls;

    Simulation(long seed, SimulatedRun run, int shards, int workerCount, int faults) {
        this.random = new Random(seed);
        this.writeFails = seed % 2 == 0 ? 0.3 : 0.95;
        this.run = run;
        this.layout = new ShardLayout(shards);
        this.workerCount = workerCount;
        this.faults = faults;
        for (int shard = 0; shard < shards; shard++) {
            nodes.add(new Node(shard));
        }
    }

    List<String> trace() {
        return trace;
    }

    void walk() {
        beginGeneration();
        for (int events = 0; !done(); events++) {
            assertThat(events).as("events: it goes on for ever").isLessThan(20_000);
            if (faults > 0 && random.nextInt(60) == 0) {
                fault();
            }
            assertThat(underWay).as("nothing can happen, but it is not done").isNotEmpty();
            Event event = underWay.remove(random.nextInt(underWay.size()));
            if (event.mayComeTwice() && random.nextDouble() < TWICE) {
                underWay.add(event);
            }
            trace.add(event.name());
            event.action().run();
            nodes.forEach(Node::requireSound);
        }
        nodes.forEach(Node::requireComplete);
    }

    private boolean done() {
        return nodes.stream().allMatch(node -> node.shard.step() == SimulatedRun.STEPS && node.unwritten.isEmpty());
    }

    private void fault() {
        faults--;
        if (random.nextBoolean()) {
            Node node = nodes.get(random.nextInt(nodes.size()));
            trace.add("crash of shard " + node.index);
            node.start();
            // it is noticed some time later; until then the opening that it knew comes again and finds an empty shard
            long crashed = generation;
            send("open " + crashed + " comes again", true, () -> node.open(node.opening(crashed), incarnation -> {}));
            send("crash of shard " + node.index + " is noticed", false, () -> {
                if (crashed == generation) {
                    beginGeneration();
                }
            });
        } else {
            beginGeneration();
        }
    }

    /** The job's source opens all shards with a number that none has seen, and workers begin at step 0. */
    private void beginGeneration() {
        generation++;
        trace.add("generation " + generation);
        workers.clear();
        Map<Integer, Long> answered = new HashMap<>();
        long mine = generation;
        for (Node node : nodes) {
            Opening opening = node.opening(mine);
            send(
                    "open " + mine + " of shard " + node.index,
                    true,
                    () -> node.open(opening, incarnation -> {
                        if (mine == generation) {
                            answered.put(node.index, incarnation);
                            if (answered.size() == nodes.size() && workers.isEmpty()) {
                                beginWorkers(answered);
                            }
                        }
                    }));
        }
    }

    private void beginWorkers(Map<Integer, Long> incarnations) {
        for (int w = 0; w < workerCount; w++) {
            int first = w * SimulatedRun.MICRO_BATCHES / workerCount;
            int end = (w + 1) * SimulatedRun.MICRO_BATCHES / workerCount;
            Worker worker = new Worker(generation, incarnations, first, end);
            workers.add(worker);
            worker.next();
        }
    }

    private void send(String name, boolean mayComeTwice, Runnable action) {
        underWay.add(new Event(name, action, mayComeTwice));
    }

    private interface Opened {
        void with(long incarnation);
    }

    private interface Pulled {
        void with(long steps, Parameters part);
    }

    /** A shard's process: the machine and what carries its effects out. */
    private final class Node implements ShardEffects {
        private final int index;
        private Shard shard;
        private @Nullable RunState state;
        private final Map<Long, Opened> opens = new HashMap<>();
        private final Map<Long, Pulled> pulls = new HashMap<>();
        private final List<VersionPart> unwritten = new ArrayList<>();
        private final TreeSet<Long> staged = new TreeSet<>();
        private long lastStep;
        private long lastRevision;

        Node(int index) {
            this.index = index;
            this.shard = new Shard(index, layout.shardCount(), incarnations++, 0, this);
        }

        /** Another life: all that was in memory is gone. */
        void start() {
            shard = new Shard(index, layout.shardCount(), incarnations++, 0, this);
            opens.clear();
            pulls.clear();
            unwritten.clear();
            lastStep = 0;
            lastRevision = 0;
        }

        Opening opening(long ofGeneration) {
            return new Opening(
                    "run", ofGeneration, 7 * ofGeneration, layout.shardCount(), "sha", "sha1p", "plain", null, 0);
        }

        void open(Opening opening, Opened answer) {
            long call = ++calls;
            opens.put(call, answer);
            try {
                shard.open(call, opening);
            } catch (RefusedException e) {
                opens.remove(call);
                assertThat(opening.generation()).isLessThan(generation);
                assertThat(e.refusal().reason()).isEqualTo(Refusal.Reason.OTHER_LIFE);
            }
        }

        @Override
        public void load(Opening opening) {
            lastStep = 0;
            unwritten.clear();
            staged.clear();
            Shard loading = shard;
            send("load of shard " + index, false, () -> {
                if (loading == shard) {
                    RunState fresh = SimulatedRun.begin(layout, index);
                    if (opening.generation() == shard.status().generation()) {
                        state = fresh;
                    }
                    shard.loaded(opening, fresh);
                }
            });
        }

        @Override
        public void opened(long call, long step, long baseVersion) {
            assertThat(baseVersion).isEqualTo(1000);
            Opened answer = opens.remove(call);
            long incarnation = shard.incarnation();
            if (answer != null) {
                send("opened " + index, true, () -> answer.with(incarnation));
            }
        }

        @Override
        public void openRefused(long call, Refusal refusal) {
            opens.remove(call);
        }

        @Override
        public void pullReady(long call, PulledState pulled) {
            run.requireBits("pulled part", pulled.weights(), pulled.steps(), layout, index);
            assertThat(pulled.seen()).isEqualTo(RewardsSeen.of(run.totals(pulled.steps())));
            Parameters copy = SimulatedRun.copy(pulled.weights());
            Pulled answer = pulls.remove(call);
            if (answer != null) {
                send("pulled " + pulled.steps() + " from " + index, true, () -> answer.with(pulled.steps(), copy));
            }
        }

        @Override
        public void pullRefused(long call, Refusal refusal) {
            pulls.remove(call);
        }

        @Override
        public void writeCapture(CaptureCopy copy) {
            throw new AssertionError("nobody asked for " + copy.key());
        }

        @Override
        public void captureDurable(long call, DurableCapture capture, Keep keep) {
            throw new AssertionError("nobody asked for " + capture.key());
        }

        @Override
        public void captureDeclined(long call, String reason) {
            throw new AssertionError("nobody asked: " + reason);
        }

        @Override
        public void publish(CoveredVersion version) {
            throw new AssertionError("nothing is covered: " + version);
        }

        @Override
        public void retain(CaptureKey oldest) {
            throw new AssertionError("nothing is confirmed: " + oldest);
        }

        @Override
        public void writePart(VersionPart part) {
            run.requireBits("version part", part.weights(), part.step(), layout, index);
            assertThat(part.version()).isEqualTo(1000 + part.step());
            assertThat(part.rows()).isEqualTo(run.totals(part.step()).rows);
            unwritten.add(part);
            assertThat(unwritten).as("unwritten copies").hasSizeLessThanOrEqualTo(2);
            send("write " + part.step() + " of " + index, false, () -> write(part));
        }

        private void write(VersionPart part) {
            if (!unwritten.contains(part)) {
                return;
            }
            if (random.nextDouble() < writeFails) {
                shard.partFailed(part.generation(), part.step(), "disk full");
                assertThat(shard.status().warning()).isEqualTo("disk full");
                send("write " + part.step() + " of " + index, false, () -> write(part));
                return;
            }
            unwritten.remove(part);
            assertThat(staged.add(part.step())).as("written once").isTrue();
            shard.partWritten(
                    part.generation(),
                    new StagedPart(
                            part.generation(),
                            index,
                            layout.shardCount(),
                            part.step(),
                            part.version(),
                            part.rows(),
                            "f",
                            1,
                            "s"));
        }

        void push(Fence fence, long step, int lane, int lanes, Contribution whole) {
            RunState current = state;
            if (current == null) {
                return;
            }
            Contribution part = SimulatedRun.part(whole, layout, index, current.pool());
            long before = shard.step();
            try {
                Push push = new Push(step, lane, lanes, part, SimulatedRun.refused(step, lane, lanes), null);
                PushOutcome outcome = shard.push(fence, push);
                assertThat(sameLife(fence))
                        .as("taken from another life: %s", fence)
                        .isTrue();
                if (outcome == PushOutcome.DUPLICATE) {
                    current.pool().release(part);
                    assertThat(shard.step()).isEqualTo(before);
                }
            } catch (RefusedException e) {
                current.pool().release(part);
                assertThat(shard.step()).isEqualTo(before);
                assertOtherLife(fence, e);
            }
        }

        void pull(Fence fence, long step, Pulled answer) {
            long call = ++calls;
            pulls.put(call, answer);
            try {
                shard.pull(call, fence, step);
                assertThat(sameLife(fence))
                        .as("answered to another life: %s", fence)
                        .isTrue();
            } catch (RefusedException e) {
                pulls.remove(call);
                // a second copy of a pull may come when its step is over
                if (step >= shard.step()) {
                    assertOtherLife(fence, e);
                }
            }
        }

        private void assertOtherLife(Fence fence, RefusedException e) {
            assertThat(e.refusal().reason()).isEqualTo(Refusal.Reason.OTHER_LIFE);
            assertThat(sameLife(fence))
                    .as("refused in its own life: %s", e.getMessage())
                    .isFalse();
        }

        private boolean sameLife(Fence fence) {
            ShardStatus status = shard.status();
            return status.open()
                    && status.generation() == fence.generation()
                    && status.incarnation() == fence.incarnation();
        }

        void requireSound() {
            assertThat(shard.step()).as("steps never go back").isGreaterThanOrEqualTo(lastStep);
            assertThat(shard.revision()).as("the revision never falls").isGreaterThanOrEqualTo(lastRevision);
            lastStep = shard.step();
            lastRevision = shard.revision();
            RunState current = state;
            if (shard.status().open() && current != null) {
                run.requireBits("weights", current.weights(), shard.step(), layout, index);
            }
        }

        void requireComplete() {
            ShardStatus status = shard.status();
            assertThat(status.step()).isEqualTo(SimulatedRun.STEPS);
            assertThat(status.refused()).isEqualTo(SimulatedRun.allRefused());
            assertThat(status.metrics().rows).isEqualTo(run.totals(SimulatedRun.STEPS).rows);
            assertThat(status.metrics().refusedMicroBatches)
                    .isEqualTo(SimulatedRun.allRefused().size());
            assertThat(status.staged()).extracting(StagedPart::step).containsExactly(3L, 6L, 7L);
            assertThat(status.warning()).isEmpty();
            assertThat(status.failure()).isEmpty();
        }
    }

    /** A worker of lanes {@code [first, end)} in one generation; it does not wait for the answers to its pushes. */
    private final class Worker {
        private final long ofGeneration;
        private final Map<Integer, Long> shardIncarnations;
        private final int first;
        private final int end;
        private final Parameters weights = new Parameters(SimulatedRun.TENSORS);
        private final TreeSet<Integer> pulled = new TreeSet<>();
        private long step;

        Worker(long ofGeneration, Map<Integer, Long> shardIncarnations, int first, int end) {
            this.ofGeneration = ofGeneration;
            this.shardIncarnations = Map.copyOf(shardIncarnations);
            this.first = first;
            this.end = end;
        }

        private Fence fence(Node node) {
            Long incarnation = shardIncarnations.get(node.index);
            return new Fence("run", ofGeneration, incarnation == null ? 0 : incarnation, "sha", "plain");
        }

        /** Takes the next step's record; the source sends it once every shard has completed all but a window before it. */
        void next() {
            if (step == SimulatedRun.STEPS || ofGeneration != generation) {
                return;
            }
            boolean due = nodes.stream().allMatch(node -> step < node.shard.step() + SimulatedRun.PLAN.window());
            if (!due) {
                send("step " + step + " is not due", false, this::next);
            } else if (allEmpty()) {
                // needs no weights: this is how contributions come before their step can be applied
                compute();
            } else {
                pulled.clear();
                long wanted = step;
                for (Node node : nodes) {
                    Fence fence = fence(node);
                    send(
                            "pull " + step + " from " + node.index,
                            true,
                            () -> node.pull(fence, wanted, (steps, part) -> take(node, wanted, steps, part)));
                }
            }
        }

        private boolean allEmpty() {
            for (int v = first; v < end; v++) {
                if (!SimulatedRun.refused(step, v) && !org.drlput.server.SyntheticGradient.empty(step, v)) {
                    return false;
                }
            }
            return true;
        }

        private void take(Node node, long wanted, long steps, Parameters part) {
            if (wanted != step || !pulled.add(node.index)) {
                return;
            }
            assertThat(steps).isEqualTo(step);
            for (int t = 0; t < SimulatedRun.TENSORS.size(); t++) {
                TensorSpec tensor = SimulatedRun.TENSORS.get(t);
                int at = layout.firstRow(tensor, node.index) * tensor.columns();
                System.arraycopy(part.values(t), 0, weights.values(t), at, part.values(t).length);
            }
            if (pulled.size() == nodes.size()) {
                compute();
            }
        }

        private void compute() {
            SummationTree tree = new SummationTree(SimulatedRun.TENSORS, first, end);
            for (int v = first; v < end; v++) {
                Contribution contribution = tree.take();
                SimulatedRun.fill(contribution, step, v, weights);
                tree.add(v, 1, contribution);
            }
            for (var sum = tree.poll(); sum != null; sum = tree.poll()) {
                Contribution whole = sum.contribution();
                long of = step;
                int lane = sum.firstLane();
                int lanes = sum.lanes();
                for (Node node : nodes) {
                    Fence fence = fence(node);
                    send(
                            "push %d/%d+%d to %d".formatted(of, lane, lanes, node.index),
                            true,
                            () -> node.push(fence, of, lane, lanes, whole));
                }
            }
            step++;
            send("step " + step, false, this::next);
        }
    }
}
