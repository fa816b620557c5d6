package org.drlput.jobs.protocol;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Confirmation;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Keep;
import org.jspecify.annotations.Nullable;

/**
 * The one task that decides whether a checkpoint may complete: all workers must have said the same boundary, and every shard must
 * hold its capture durably. A checkpoint that can not is declined, never failed. Once one is known complete, its captures are
 * confirmed, which publishes the versions that it covers.
 *
 * <pre>
 *   told by every worker        every shard durable          complete, it or a later one
 *   ------------------> ASKED --------------------> ACKED ------------------------------> confirmed
 *                         |
 *                         +-- unknown boundary, a shard has none, deadline: declined
 * </pre>
 */
public final class CommitterMachine {
    /** In place of a checkpoint: what a worker says when its input ends, of every later checkpoint. */
    public static final long END = Long.MAX_VALUE;

    /** A checkpoint whose captures are asked for. */
    private static final class Asked {
        final CaptureKey key;
        final Keep keep;
        final @Nullable DurableCapture[] captures;

        Asked(CaptureKey key, Keep keep, int shards) {
            this.key = key;
            this.keep = keep;
            this.captures = new @Nullable DurableCapture[shards];
        }
    }

    private record Acked(CommittedCaptures state, Keep keep) {}

    private final String run;
    private final int workers;
    private final int shards;
    private final int retained;
    private final CommitterEffects effects;
    /** 0: not known yet. */
    private long generation;
    /** Per checkpoint, or {@link #END}, and worker the boundary. */
    private final NavigableMap<Long, Map<Integer, Long>> told = new TreeMap<>();

    private final NavigableMap<Long, Asked> asked = new TreeMap<>();
    private final NavigableMap<Long, Acked> acked = new TreeMap<>();

    /** @param retained so many completed checkpoints does Flink keep */
    public CommitterMachine(String run, int workers, int shards, int retained, CommitterEffects effects) {
        this.run = run;
        this.workers = workers;
        this.shards = shards;
        this.retained = retained;
        this.effects = effects;
    }

    /** A worker has passed on the first record of this generation. */
    public void opened(long openedGeneration) {
        generation = openedGeneration;
    }

    /** A worker says on which boundary a checkpoint stands, or, with {@link #END}, every later one. */
    public void told(int worker, long checkpoint, long boundary) {
        told.computeIfAbsent(checkpoint, n -> new HashMap<>()).put(worker, boundary);
    }

    /** All that is before this checkpoint was told. */
    public void snapshot(long checkpoint, Keep keep) {
        Map<Integer, Long> said = new HashMap<>(told.getOrDefault(END, Map.of()));
        said.putAll(told.getOrDefault(checkpoint, Map.of()));
        told.headMap(checkpoint, true).clear();
        Set<Long> boundaries = new HashSet<>(said.values());
        if (generation == 0 || said.size() < workers) {
            effects.decline(
                    checkpoint,
                    "checkpoint %d: %d of %d workers know where it stands: they have just begun"
                            .formatted(checkpoint, said.size(), workers));
        } else if (boundaries.size() > 1) {
            effects.decline(
                    checkpoint,
                    "checkpoint %d: workers stand at different steps %s: it must cut between two steps"
                            .formatted(checkpoint, new TreeMap<>(said)));
        } else {
            CaptureKey key =
                    new CaptureKey(run, generation, boundaries.iterator().next());
            asked.put(checkpoint, new Asked(key, keep, shards));
            effects.ask(checkpoint, key, keep);
        }
    }

    /** A shard holds its capture for this checkpoint. */
    public void durable(long checkpoint, int shard, DurableCapture capture) {
        Asked of = asked.get(checkpoint);
        if (of == null || !of.key.equals(capture.key())) {
            return;
        }
        of.captures[shard] = capture;
        for (DurableCapture present : of.captures) {
            if (present == null) {
                return;
            }
        }
        asked.remove(checkpoint);
        CommittedCaptures state = new CommittedCaptures(of.key, List.of(of.captures));
        acked.put(checkpoint, new Acked(state, of.keep));
        effects.acknowledge(checkpoint, state);
    }

    /** A shard has no capture for this checkpoint and will have none, or its answer did not come in time. */
    public void lost(long checkpoint, String reason) {
        if (asked.remove(checkpoint) != null) {
            effects.decline(checkpoint, reason);
        }
    }

    /** Flink gave this checkpoint up. Best effort: it may never be said. */
    public void aborted(long checkpoint) {
        asked.remove(checkpoint);
        acked.remove(checkpoint);
        told.remove(checkpoint);
    }

    /** Flink says that this checkpoint is complete. Older ones are complete or given up: their captures need no word of their own. */
    public void completed(long checkpoint) {
        Acked complete = acked.get(checkpoint);
        acked.headMap(checkpoint, true).clear();
        asked.headMap(checkpoint, true).clear();
        // after a savepoint Flink may still go back to the checkpoint before it: what it covers is published when it is
        // opened
        if (complete != null && complete.keep() == Keep.RETAINED) {
            effects.confirm(new Confirmation(
                    complete.state().key(),
                    checkpoint,
                    retained,
                    complete.state().files()));
        }
    }
}
