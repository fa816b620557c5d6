package org.drlput.server.shard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.drlput.server.shard.Refusal.Reason;
import org.jspecify.annotations.Nullable;

/** How far each of a run's versions is: copied, staged, covered, published, evaluated; each by its step, and only ever further. */
final class Versions {
    private final ShardRules rules;
    private final ShardEffects effects;
    private final long generation;
    private final long baseVersion;
    /** Copied, not yet durable. */
    private final Set<Long> unwritten = new HashSet<>();
    /** Durable parts of versions that are not published, as far as this shard knows: its own, and others that it was told of. */
    private final TreeMap<Long, Set<StagedPart>> staged = new TreeMap<>();
    /** Covered and not published; asked for one after the other. */
    private final TreeMap<Long, CoveredVersion> covered = new TreeMap<>();
    /** The one that is asked for now. */
    private @Nullable CoveredVersion publishing;

    private final TreeSet<Long> published;
    private final TreeSet<Long> evaluated;

    Versions(Opening opening, RunState state, ShardRules rules, ShardEffects effects) {
        this.rules = rules;
        this.effects = effects;
        this.generation = opening.generation();
        this.baseVersion = state.baseVersion();
        this.published = new TreeSet<>(state.published());
        this.evaluated = new TreeSet<>(state.evaluated());
    }

    /** Whether this step's part was copied, in this generation or before. */
    boolean copied(long step) {
        return published.contains(step) || staged.containsKey(step) || unwritten.contains(step);
    }

    boolean room() {
        return rules.roomForVersion(unwritten.size());
    }

    void copy(long step) {
        unwritten.add(step);
    }

    boolean written(StagedPart part) {
        if (!unwritten.remove(part.step())) {
            return false;
        }
        stage(part);
        return true;
    }

    private void stage(StagedPart part) {
        if (!published.contains(part.step())) {
            staged.computeIfAbsent(part.step(), step -> new LinkedHashSet<>()).add(part);
        }
    }

    boolean waits(long step) {
        return unwritten.contains(step);
    }

    /** Parts up to a boundary that are not durable yet. */
    int unwrittenUpTo(long boundary) {
        return (int) unwritten.stream().filter(step -> step <= boundary).count();
    }

    /** A checkpoint with this key is complete: what it covers is published, one after the other. */
    void confirm(CaptureKey key, long checkpoint, List<StagedPart> files) {
        Map<Long, List<StagedPart>> byStep = new HashMap<>();
        for (StagedPart file : files) {
            requireCovered(key, file);
            byStep.computeIfAbsent(file.step(), step -> new ArrayList<>()).add(file);
        }
        byStep.forEach(Versions::requireAgreement);
        files.forEach(this::stage);
        byStep.forEach((step, parts) -> {
            if (!published.contains(step)) {
                CoveredVersion version = new CoveredVersion(generation, checkpoint, step, parts);
                covered.merge(
                        step,
                        version,
                        (old, now) -> now.parts().size() > old.parts().size() ? now : old);
            }
        });
        publishNext();
    }

    private void requireCovered(CaptureKey key, StagedPart file) {
        if (!rules.covers(key, file) || file.step() < 1) {
            throw invalid("confirm: version %d is of step %d: the checkpoint's boundary is %d"
                    .formatted(file.version(), file.step(), key.boundary()));
        }
        if (file.version() != baseVersion + file.step()) {
            throw invalid("confirm: version %d, step %d: expected version %d of this run"
                    .formatted(file.version(), file.step(), baseVersion + file.step()));
        }
    }

    /**
     * Parts may be missing: whoever lacks one knows the version as published, and who names one has not heard of it. Asked to publish
     * it once more, one sees that it is there.
     */
    private static void requireAgreement(long step, List<StagedPart> parts) {
        StagedPart first = parts.get(0);
        Set<Integer> shards = new HashSet<>();
        for (StagedPart part : parts) {
            if (part.generation() != first.generation()
                    || part.shardCount() != first.shardCount()
                    || part.rows() != first.rows()
                    || !shards.add(part.shard())) {
                throw invalid(
                        "confirm: version %d: its parts disagree: shard %d's is of generation %d, %d shards and %d rows, shard %d's of %d, %d and %d"
                                .formatted(
                                        first.version(),
                                        first.shard(),
                                        first.generation(),
                                        first.shardCount(),
                                        first.rows(),
                                        part.shard(),
                                        part.generation(),
                                        part.shardCount(),
                                        part.rows()));
            }
        }
    }

    private static RefusedException invalid(String text) {
        return RefusedException.of(Reason.INVALID, text);
    }

    private void publishNext() {
        if (publishing == null && !covered.isEmpty()) {
            publishing = covered.firstEntry().getValue();
            effects.publish(publishing);
        }
    }

    boolean published(long step) {
        staged.remove(step);
        covered.remove(step);
        if (publishing != null && publishing.step() == step) {
            publishing = null;
        }
        publishNext();
        return published.add(step);
    }

    /** The same again: nothing may be published in its place. */
    boolean publishFailed(long step) {
        if (publishing == null || publishing.step() != step) {
            return false;
        }
        publishing = null;
        publishNext();
        return true;
    }

    boolean evaluate(long step) {
        return published.contains(step) && evaluated.add(step);
    }

    List<StagedPart> stagedUpTo(long boundary) {
        List<StagedPart> parts = new ArrayList<>();
        staged.headMap(boundary, true).values().forEach(parts::addAll);
        return parts;
    }

    List<Long> published() {
        return List.copyOf(published);
    }

    List<Long> evaluated() {
        return List.copyOf(evaluated);
    }
}
