package org.drlput.jobs.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.tensor.Parameters;
import org.drlput.server.shard.CaptureKey;
import org.jspecify.annotations.Nullable;

/** One worker of a life of the job: takes records and barriers in order, computes its lanes, pushes their sums. */
final class SimulatedWorker {
    private final Simulation world;
    private final JobLife life;
    private final OpenedShards shards;
    private final int index;
    private final int firstLane;
    private final int endLane;
    private final Deque<Item> in = new ArrayDeque<>();
    private final Deque<Item> out = new ArrayDeque<>();

    /** -1: not known. */
    private long boundary = -1;

    private boolean finished;
    /** Being computed; the next lane. */
    private @Nullable StepHeader header;

    private int lane;
    private @Nullable Parameters weights;

    SimulatedWorker(Simulation world, JobLife life, OpenedShards shards, int index, int count) {
        this.world = world;
        this.life = life;
        this.shards = shards;
        this.index = index;
        this.firstLane = Arithmetic.MICRO_BATCHES * index / count;
        this.endLane = Arithmetic.MICRO_BATCHES * (index + 1) / count;
    }

    boolean isFinished() {
        return finished;
    }

    boolean computes() {
        return header != null;
    }

    void receive(Item item) {
        in.add(item);
    }

    boolean hasOutput() {
        return !out.isEmpty();
    }

    Item output() {
        return out.remove();
    }

    void events(List<Event> events) {
        StepHeader current = header;
        if (current == null) {
            if (!in.isEmpty()) {
                events.add(new Event(() -> "take " + index, this::take));
            }
        } else if (lane < endLane) {
            if (life.runs() && mayPull(current.step())) {
                events.add(new Event(() -> "compute " + index, () -> compute(current)));
            }
        } else if (out.stream().noneMatch(Item.Passed.class::isInstance)) {
            events.add(new Event(() -> "pass " + index, this::pass));
        }
    }

    private void take() {
        Item item = in.remove();
        if (item instanceof Item.First first) {
            boundary = first.header().step();
            out.add(new Item.Opened(first.header().generation()));
        } else if (item instanceof Item.Step step) {
            boundary = step.header().step() + 1;
            header = step.header();
            lane = firstLane;
            if (!world.setting.keeps(Rule.FIRST_RECORD_TELLS_THE_BOUNDARY)) {
                out.add(new Item.Opened(step.header().generation()));
            }
        } else if (item instanceof Item.End) {
            if (world.setting.keeps(Rule.WORKERS_TELL_THE_BOUNDARY_AT_THE_END) && boundary >= 0) {
                out.add(new Item.Told(CommitterMachine.END, boundary));
            }
            finished = true;
        } else if (item instanceof Item.Barrier barrier) {
            // after its end an operator may not emit: the barrier goes on alone
            if (!finished && boundary >= 0) {
                out.add(new Item.Told(barrier.checkpoint(), boundary));
            }
            out.add(barrier);
        }
    }

    private boolean mayPull(long step) {
        return weights != null
                ? shards.allGood()
                : shards.allReached(step - world.arithmetic.plan().staleness());
    }

    private void compute(StepHeader current) {
        Parameters pulled = weights == null ? shards.pull(current.step()) : weights;
        weights = pulled;
        int lanes = Integer.lowestOneBit(lane == 0 ? Arithmetic.MICRO_BATCHES : lane);
        while (lane + lanes > endLane) {
            lanes /= 2;
        }
        int first = lane;
        int count = lanes;
        Contribution sum = world.arithmetic.sum(current.step(), first, count, pulled);
        lane += count;
        CaptureKey cut = world.setting.keeps(Rule.PUSHES_CARRY_THE_CUT) ? current.lastCut() : null;
        long generation = shards.generation();
        shards.callAll(
                Message.Kind.PUSH,
                shard -> "push %d.%d/%d+%d to %d".formatted(generation, current.step(), first, count, shard),
                (shard, node, fence) -> node.push(fence, current.step(), first, count, sum, cut));
    }

    private void pass() {
        header = null;
        weights = null;
        out.add(new Item.Passed());
    }
}
