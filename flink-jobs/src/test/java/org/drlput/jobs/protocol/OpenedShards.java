package org.drlput.jobs.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.drlput.common.tensor.Parameters;
import org.drlput.server.shard.Fence;
import org.drlput.server.shard.PulledState;
import org.drlput.server.shard.RefusedException;
import org.jspecify.annotations.Nullable;

/** The shards as one life of the job knows them: the generation, the incarnations that opened with it, and the calls to them. */
final class OpenedShards {
    /** What a call does when it arrives. */
    @FunctionalInterface
    interface Call {
        void arrive(int shard, SimulatedShard node, Fence fence);
    }

    private final Simulation world;
    private final JobLife life;
    private final int count;
    private final Map<Integer, Long> incarnations = new TreeMap<>();
    private long generation;

    OpenedShards(Simulation world, JobLife life, int count) {
        this.world = world;
        this.life = life;
        this.count = count;
    }

    int count() {
        return count;
    }

    long generation() {
        return generation;
    }

    /** A generation is asked for: nobody has opened yet. */
    void ask(long newGeneration) {
        generation = newGeneration;
        incarnations.clear();
    }

    /** Returns whether all have. */
    boolean opened(int shard, long incarnation) {
        incarnations.put(shard, incarnation);
        return incarnations.size() == count;
    }

    List<Long> incarnations() {
        return List.copyOf(incarnations.values());
    }

    long incarnation(int shard) {
        return incarnations.getOrDefault(shard, -1L);
    }

    private boolean incarnationIsChecked() {
        return world.setting.keeps(Rule.INCARNATION_IS_CHECKED);
    }

    private boolean good(int shard) {
        SimulatedShard node = world.shard(shard);
        Long opened = incarnations.get(shard);
        return node.isOpen()
                && node.machine().status().generation() == generation
                && opened != null
                && (opened == node.incarnation() || !incarnationIsChecked());
    }

    boolean allGood() {
        return allReached(0);
    }

    /** Whether all are of this life and have applied so many steps. */
    boolean allReached(long step) {
        for (int shard = 0; shard < count; shard++) {
            if (!good(shard) || world.shard(shard).machine().step() < step) {
                return false;
            }
        }
        return true;
    }

    /** The generations that the shards know, none without the rule. */
    List<Long> knownGenerations() {
        List<Long> known = new ArrayList<>();
        for (int shard = 0; shard < count && world.setting.keeps(Rule.GENERATION_IS_ABOVE_ALL_KNOWN); shard++) {
            known.add(world.shard(shard).machine().status().generation());
        }
        return known;
    }

    private Fence fence(int shard) {
        long incarnation =
                incarnationIsChecked() ? incarnation(shard) : world.shard(shard).incarnation();
        return new Fence(Simulation.RUN, generation, incarnation, "sha", "plain");
    }

    /** Without the rule, whoever receives a call takes it for one to itself. */
    private Fence fenceNow(int shard, Fence sent) {
        if (incarnationIsChecked()) {
            return sent;
        }
        return new Fence(
                sent.run(),
                sent.generation(),
                world.shard(shard).incarnation(),
                sent.experimentSha256(),
                sent.kernel());
    }

    /** Sends a call to each; in its own life it is never refused. */
    void callAll(Message.Kind kind, IntFunction<String> name, Call call) {
        for (int shard = 0; shard < count; shard++) {
            Fence fence = fence(shard);
            int to = shard;
            world.network.send(kind, life, () -> name.apply(to), () -> arrive(to, fence, call));
        }
    }

    private void arrive(int shard, Fence fence, Call call) {
        try {
            call.arrive(shard, world.shard(shard), fenceNow(shard, fence));
        } catch (RefusedException e) {
            if (life.isCurrent() && life.runs() && fence.generation() == generation && good(shard)) {
                throw new Violation("shard %d refuses a call of its own life: %s".formatted(shard, e.getMessage()));
            }
        }
    }

    Parameters pull(long step) {
        Parameters whole = Arithmetic.whole();
        for (int shard = 0; shard < count; shard++) {
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
}
