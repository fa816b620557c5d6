package org.drlput.jobs.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.drlput.server.shard.RefusedException;
import org.jspecify.annotations.Nullable;

/** One seeded walk over the events of a simulation, and how a failing one is made short. */
final class Walk {
    private static final String DEADLOCK = "deadlock: only a fault could move it";
    private static final int MAX_EVENTS = 6_000;

    /**
     * What came of a walk.
     *
     * @param failure null: the run ended well
     */
    record Result(@Nullable String failure, List<String> trace, int events) {}

    private final Setting setting;
    private final Arithmetic arithmetic;

    Walk(Setting setting) {
        this.setting = setting;
        this.arithmetic = new Arithmetic(setting.mode(), setting.steps(), setting.versionEvery());
    }

    /** @param traced whether the names of the events are kept, which takes most of the time */
    Result run(long seed, boolean traced) {
        Random random = new Random(seed);
        Simulation simulation = new Simulation(setting, arithmetic);
        List<String> trace = new ArrayList<>();
        List<Event> events = new ArrayList<>();
        int count = 0;
        try {
            for (; count < MAX_EVENTS; count++) {
                if (simulation.isOver()) {
                    simulation.requireFinished();
                    return new Result(null, trace, count);
                }
                events.clear();
                simulation.events(events);
                if (events.isEmpty()) {
                    return new Result(DEADLOCK, trace, count);
                }
                if (simulation.mayFault() && random.nextDouble() < setting.faultShare()) {
                    events.clear();
                    simulation.faults(events);
                }
                Event event = events.get(random.nextInt(events.size()));
                if (traced) {
                    trace.add(event.name());
                }
                event.happens().run();
                simulation.requireSound();
            }
        } catch (Violation | RefusedException e) {
            return new Result(e.getMessage(), trace, count);
        }
        return new Result("no end in %d events".formatted(MAX_EVENTS), trace, count);
    }

    /** The events of a trace that can happen, in its order; null: it fails in no way that a replay can see. */
    private @Nullable Result replay(List<String> trace) {
        Simulation simulation = new Simulation(setting, arithmetic);
        List<String> done = new ArrayList<>();
        List<Event> events = new ArrayList<>();
        try {
            for (String name : trace) {
                events.clear();
                simulation.events(events);
                simulation.faults(events);
                for (Event event : events) {
                    if (event.name().equals(name)) {
                        done.add(name);
                        event.happens().run();
                        simulation.requireSound();
                        break;
                    }
                }
            }
            if (simulation.isOver()) {
                simulation.requireFinished();
                return null;
            }
            events.clear();
            simulation.events(events);
            return events.isEmpty() ? new Result(DEADLOCK, done, done.size()) : null;
        } catch (Violation | RefusedException e) {
            return new Result(e.getMessage(), done, done.size());
        }
    }

    /** Leaves events out of a failing trace for as long as it fails in the same way. */
    Result shrink(Result failing) {
        Result best = failing;
        for (int cut = Math.max(1, best.trace().size() / 4); cut >= 1; cut /= 2) {
            boolean shorter = true;
            while (shorter) {
                shorter = false;
                for (int at = 0; at < best.trace().size(); at += cut) {
                    List<String> less = new ArrayList<>(best.trace().subList(0, at));
                    less.addAll(best.trace()
                            .subList(
                                    Math.min(best.trace().size(), at + cut),
                                    best.trace().size()));
                    Result result = replay(less);
                    if (result != null
                            && kind(result.failure()).equals(kind(failing.failure()))
                            && result.trace().size() < best.trace().size()) {
                        best = result;
                        shorter = true;
                    }
                }
            }
        }
        return best;
    }

    /** A failure without its numbers. */
    static String kind(@Nullable String failure) {
        return failure == null ? "" : failure.replaceAll("-?[0-9][0-9.]*", "#");
    }
}
