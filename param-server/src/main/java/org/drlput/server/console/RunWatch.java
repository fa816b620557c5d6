package org.drlput.server.console;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.drlput.common.wire.v1.Metrics;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.server.console.RunNow.Progress;
import org.drlput.server.console.RunNow.State;
import org.jspecify.annotations.Nullable;

/** Follows a run through its shards' answers: how fast it is, and how it came here. One thread. */
final class RunWatch {
    /** Past so many points every second one goes, and only every second one is taken from then on. */
    static final int MAX_POINTS = 600;

    private static final long RATE_MILLIS = 30_000;

    private String run = "";
    private long generation;
    private final List<Progress> points = new ArrayList<>();
    private final Deque<Progress> recent = new ArrayDeque<>();
    private int everyNth = 1;
    private int skipped;

    /** Takes the answers of one round. Null: no shard that answered is open. */
    @Nullable
    RunNow see(long nowMillis, List<StatusReply> answers) {
        List<StatusReply> open = answers.stream().filter(StatusReply::getOpened).toList();
        StatusReply slowest = open.stream()
                .max(Comparator.comparingLong(StatusReply::getGeneration)
                        .thenComparing(
                                Comparator.comparingLong(StatusReply::getStep).reversed()))
                .orElse(null);
        if (slowest == null) {
            return null;
        }
        follow(slowest);
        add(progress(nowMillis, slowest));
        StatusReply first = answers.get(0);
        return new RunNow(
                run,
                generation,
                state(open, slowest),
                slowest.getStep(),
                slowest.getTotalSteps(),
                slowest.getBaseVersion(),
                slowest.getMetrics().getRows(),
                rowsPerSecond(),
                first.getPublishedCount(),
                first.getEvaluatedCount());
    }

    /** A restore goes back: what came after its step is void. */
    private void follow(StatusReply status) {
        if (!status.getRun().equals(run)) {
            points.clear();
            recent.clear();
            everyNth = 1;
        } else if (status.getGeneration() != generation) {
            recent.clear();
        }
        points.removeIf(point -> point.step() > status.getStep());
        run = status.getRun();
        generation = status.getGeneration();
    }

    private static Progress progress(long nowMillis, StatusReply status) {
        Metrics m = status.getMetrics();
        return new Progress(
                nowMillis, status.getStep(), m.getRows(), m.getRewardSum(), m.getWeightSum(), m.getWeightedRewardSum());
    }

    private void add(Progress point) {
        recent.addLast(point);
        while (recent.size() > 2 && point.atMillis() - second().atMillis() >= RATE_MILLIS) {
            recent.removeFirst();
        }
        boolean moved = points.isEmpty() || points.get(points.size() - 1).step() < point.step();
        if (!moved || ++skipped < everyNth) {
            return;
        }
        skipped = 0;
        points.add(point);
        if (points.size() > MAX_POINTS) {
            everyNth *= 2;
            List<Progress> kept = new ArrayList<>();
            for (int i = 0; i < points.size(); i += 2) {
                kept.add(points.get(i));
            }
            points.clear();
            points.addAll(kept);
        }
    }

    private Progress second() {
        var all = recent.iterator();
        all.next();
        return all.next();
    }

    private @Nullable Double rowsPerSecond() {
        Progress from = recent.getFirst();
        Progress to = recent.getLast();
        long millis = to.atMillis() - from.atMillis();
        return millis <= 0 ? null : Math.max(0, 1000.0 * (to.rows() - from.rows()) / millis);
    }

    private State state(List<StatusReply> open, StatusReply slowest) {
        if (open.stream().anyMatch(status -> !status.getFailure().isEmpty())) {
            return State.FAILED;
        }
        if (slowest.getTotalSteps() > 0 && slowest.getStep() >= slowest.getTotalSteps()) {
            return State.ENDED;
        }
        if (recent.size() < 2) {
            return State.OPENED;
        }
        return recent.getLast().step() > recent.getFirst().step() ? State.TRAINING : State.WAITING;
    }

    List<Progress> progress() {
        return List.copyOf(points);
    }
}
