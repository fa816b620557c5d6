package org.drlput.server.shard;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which of a run's versions are copied, staged, published, evaluated: each by its step, and only ever further. */
final class VersionParts {
    /** A copy in memory for each. */
    private static final int MAX_UNWRITTEN = 2;

    /** Copied, not yet durable. */
    private final Set<Long> unwritten = new HashSet<>();
    /** Durable, not yet published. */
    private final TreeMap<Long, StagedPart> staged = new TreeMap<>();

    private final TreeSet<Long> published;
    private final TreeSet<Long> evaluated;

    VersionParts(List<Long> published, List<Long> evaluated) {
        this.published = new TreeSet<>(published);
        this.evaluated = new TreeSet<>(evaluated);
    }

    boolean room() {
        return unwritten.size() < MAX_UNWRITTEN;
    }

    /** False: this step's part was copied before, or its version is published. */
    boolean copy(long step) {
        return !published.contains(step) && !staged.containsKey(step) && unwritten.add(step);
    }

    boolean written(StagedPart part) {
        if (!unwritten.remove(part.step())) {
            return false;
        }
        if (!published.contains(part.step())) {
            staged.put(part.step(), part);
        }
        return true;
    }

    boolean waits(long step) {
        return unwritten.contains(step);
    }

    boolean publish(long step) {
        staged.remove(step);
        return published.add(step);
    }

    boolean evaluate(long step) {
        return published.contains(step) && evaluated.add(step);
    }

    List<StagedPart> staged() {
        return List.copyOf(staged.values());
    }

    List<Long> published() {
        return List.copyOf(published);
    }

    List<Long> evaluated() {
        return List.copyOf(evaluated);
    }
}
