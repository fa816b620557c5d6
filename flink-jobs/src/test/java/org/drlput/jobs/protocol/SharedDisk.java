package org.drlput.jobs.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.drlput.common.experiment.Experiment.Mode;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.optimizer.Optimizer.State;
import org.drlput.server.optimizer.OptimizerState;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.CoveredVersion;
import org.drlput.server.shard.RunState;
import org.drlput.server.shard.StagedPart;
import org.drlput.server.shard.VersionPart;

/** The data directory that all shards share: captures, staged parts, the registry with its evaluations. */
final class SharedDisk {
    /** A capture: its parts, by shard. */
    static final class Capture {
        final int shards;
        final Map<Integer, CaptureCopy> parts = new TreeMap<>();

        Capture(int shards) {
            this.shards = shards;
        }

        CaptureCopy part(int shard) {
            return Violation.present(parts.get(shard), "a capture has no part of shard %d", shard);
        }
    }

    /** A version's part with the count of what its weights hold. */
    record Part(VersionPart part, long counted) {}

    private record Published(boolean ours, long counted, int times) {}

    private final Setting setting;
    private final Arithmetic arithmetic;
    final TreeMap<CaptureKey, Capture> captures = new TreeMap<>();
    private final Set<CaptureKey> pinned = new HashSet<>();
    private final Map<StagedPart, Part> staged = new HashMap<>();
    private final TreeMap<Long, Published> registry = new TreeMap<>();
    private final TreeMap<Long, Integer> evaluations = new TreeMap<>();
    boolean full;
    /** The next publication is said to have failed after it is done. */
    boolean saysNo;

    boolean rivalThere;

    SharedDisk(Setting setting, Arithmetic arithmetic) {
        this.setting = setting;
        this.arithmetic = arithmetic;
    }

    void stage(StagedPart name, Part part) {
        staged.put(name, part);
    }

    void write(CaptureCopy copy, int shard, int shards) {
        Capture capture = captures.computeIfAbsent(copy.key(), key -> new Capture(shards));
        CaptureCopy before = capture.parts.put(shard, copy);
        if (before != null) {
            Violation.unless(
                    before.totals().clippedRows == copy.totals().clippedRows && same(before.weights(), copy.weights()),
                    "capture %s of shard %d is written over with another content",
                    copy.key().name(),
                    shard);
        }
    }

    private static boolean same(Parameters left, Parameters right) {
        for (int t = 0; t < left.tensors().size(); t++) {
            if (!Arrays.equals(left.values(t), right.values(t))) {
                return false;
            }
        }
        return true;
    }

    boolean has(CaptureKey key, int shard) {
        Capture capture = captures.get(key);
        return capture != null && capture.parts.containsKey(shard);
    }

    void pin(CaptureKey key) {
        if (setting.keeps(Rule.SAVEPOINTS_ARE_PINNED)) {
            pinned.add(key);
        }
    }

    void retain(CaptureKey oldest) {
        CaptureKey first = setting.keeps(Rule.RETAINED_CAPTURES_STAY) ? oldest : captures.lastKey();
        captures.keySet().removeIf(key -> key.compareTo(first) < 0 && !pinned.contains(key));
    }

    /** A checkpoint with this key completes: its captures are whole, of exactly the steps below the boundary. */
    void requireWhole(CaptureKey key, int shards) {
        Capture capture =
                Violation.present(captures.get(key), "capture %s of a completed checkpoint is not there", key.name());
        ShardLayout layout = new ShardLayout(shards);
        for (int shard = 0; shard < shards; shard++) {
            CaptureCopy part = capture.part(shard);
            long expected = Arithmetic.onceUpTo(key.boundary());
            Violation.unless(
                    part.totals().clippedRows == expected,
                    "capture %s of shard %d holds %s, expected %s",
                    key.name(),
                    shard,
                    Arithmetic.describe(part.totals().clippedRows),
                    Arithmetic.describe(expected));
            arithmetic.requireWeights("capture " + key.name(), part.weights(), key.boundary(), layout, shard);
        }
        requireOneValue(key, capture);
    }

    /** Asynchronously nobody knows the weights, but all shards have the same. */
    private void requireOneValue(CaptureKey key, Capture capture) {
        if (arithmetic.mode() == Mode.ASYNC) {
            float first = any(capture.part(0).weights());
            capture.parts.forEach((shard, part) -> Violation.unless(
                    any(part.weights()) == first, "capture %s is torn between shards 0 and %d", key.name(), shard));
        }
    }

    private static float any(Parameters part) {
        return part.values(0).length > 0 ? part.values(0)[0] : part.values(1)[0];
    }

    /** Cuts the parts of a capture anew. */
    RunState load(CaptureKey key, ShardLayout layout, int shard, boolean onlyFilesAfter, long after) {
        RunState fresh = arithmetic.initial(layout, shard);
        long step = 0;
        long updates = 0;
        Metrics totals = new Metrics();
        List<StagedPart> files = new ArrayList<>();
        Optimizer optimizer = fresh.optimizer();
        if (key.generation() > 0) {
            Capture capture = Violation.present(
                    captures.get(key), "capture %s of a completed checkpoint was removed", key.name());
            requireWhole(key, capture.shards);
            Parameters whole = Arithmetic.whole();
            Map<String, float[]> moments = new TreeMap<>();
            ShardLayout old = new ShardLayout(capture.shards);
            capture.parts.forEach((from, part) -> gather(part, old, from, whole, moments));
            for (int t = 0; t < 2; t++) {
                Arithmetic.copyRows(whole.values(t), fresh.weights().values(t), t, layout, shard, false);
            }
            optimizer.restore(cut(optimizer.state(), moments, layout, shard));
            CaptureCopy first = capture.part(0);
            step = key.boundary();
            updates = first.updates();
            totals.add(first.totals());
            Set<StagedPart> all = new LinkedHashSet<>();
            capture.parts.values().forEach(part -> all.addAll(part.staged()));
            all.stream().filter(file -> !onlyFilesAfter || file.step() > after).forEach(files::add);
        }
        return new RunState(
                fresh.plan(),
                step,
                updates,
                fresh.weights(),
                optimizer,
                totals,
                List.of(),
                fresh.pool(),
                0,
                setting.keeps(Rule.OPENING_CONFIRMS) ? files : List.of(),
                setting.keeps(Rule.NOTHING_PUBLISHED_IS_TAKEN_BACK) ? published() : List.of(),
                evaluated());
    }

    private static void gather(
            CaptureCopy part, ShardLayout old, int from, Parameters whole, Map<String, float[]> moments) {
        for (int t = 0; t < 2; t++) {
            Arithmetic.copyRows(whole.values(t), part.weights().values(t), t, old, from, true);
        }
        for (State state : part.optimizer().arrays()) {
            int t = Arithmetic.tensor(state.tensor());
            float[] values = moments.computeIfAbsent(state.name(), name -> new float[whole.values(t).length]);
            Arithmetic.copyRows(values, state.values(), t, old, from, true);
        }
    }

    private static OptimizerState cut(List<State> like, Map<String, float[]> moments, ShardLayout layout, int shard) {
        List<State> arrays = new ArrayList<>();
        for (State state : like) {
            float[] values = new float[state.values().length];
            Arithmetic.copyRows(
                    Violation.present(moments.get(state.name()), "no part has %s", state.name()),
                    values,
                    Arithmetic.tensor(state.tensor()),
                    layout,
                    shard,
                    false);
            arrays.add(new State(state.name(), values));
        }
        return new OptimizerState(arrays);
    }

    boolean isPublished(long step) {
        Published there = registry.get(step);
        return there != null && there.ours();
    }

    /** A shard begins at this step. */
    void requireNothingTakenBack(long step) {
        registry.forEach((version, published) -> Violation.unless(
                !published.ours() || version <= step,
                "published version %d is taken back by a restore at step %d",
                version,
                step));
    }

    /** Steps of this run's versions; without the rule, of everybody's. */
    List<Long> published() {
        return registry.entrySet().stream()
                .filter(version -> version.getValue().ours() || !setting.keeps(Rule.REFUSED_FOR_ITS_OWN_VERSIONS))
                .map(Map.Entry::getKey)
                .toList();
    }

    List<Long> evaluated() {
        return List.copyOf(evaluations.keySet());
    }

    int timesEvaluated(long step) {
        return evaluations.getOrDefault(step, 0);
    }

    void publish(CoveredVersion version) {
        long step = version.step();
        Published there = registry.get(step);
        if (there != null) {
            Violation.unless(there.ours(), "version %d is taken by another run", step);
            if (setting.keeps(Rule.CREATED_IF_ABSENT)) {
                return;
            }
        }
        Violation.unless(
                version.parts().size() == version.parts().get(0).shardCount(),
                "version %d is not published, and parts are missing: %s",
                step,
                version.parts());
        long counted = -1;
        for (StagedPart name : version.parts()) {
            Part part = Violation.present(staged.get(name), "version %d: %s is not staged", step, name);
            Violation.unless(counted == -1 || counted == part.counted(), "version %d mixes steps of its shards", step);
            counted = part.counted();
            arithmetic.requireWeights(
                    "version", part.part().weights(), step, new ShardLayout(name.shardCount()), name.shard());
        }
        Violation.unless(
                counted == Arithmetic.onceUpTo(step),
                "version %d holds %s, expected %s",
                step,
                Arithmetic.describe(counted),
                Arithmetic.describe(Arithmetic.onceUpTo(step)));
        registry.put(step, new Published(true, counted, there == null ? 1 : there.times() + 1));
    }

    void publishRival(long step) {
        registry.putIfAbsent(step, new Published(false, 0, 1));
    }

    void evaluate(long step) {
        if (!evaluations.containsKey(step) || !setting.keeps(Rule.EVALUATED_ONCE)) {
            evaluations.merge(step, 1, Integer::sum);
        }
    }

    /** The shards that a capture is of. */
    int shardsOf(CaptureKey key) {
        return Violation.present(captures.get(key), "capture %s was removed", key.name()).shards;
    }

    /** The end of the run: every version once, with one evaluation. */
    void requireFinished(List<Long> versions) {
        for (long step : versions) {
            Published version =
                    Violation.present(registry.get(step), "the run ended, version %d is not published", step);
            Violation.unless(version.ours(), "version %d of another run stands for ours", step);
            Violation.unless(version.times() == 1, "version %d is published %d times", step, version.times());
            int evaluated = timesEvaluated(step);
            Violation.unless(evaluated > 0, "the run ended, version %d is not evaluated", step);
            Violation.unless(evaluated == 1, "version %d is evaluated %d times", step, evaluated);
        }
    }
}
