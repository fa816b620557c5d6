package org.drlput.server.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.Evaluation.ActionShare;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.drlput.server.console.VersionDetail.TakenAction;
import org.drlput.server.console.VersionRow.Judgement;
import org.jspecify.annotations.Nullable;

/**
 * The registry as the page shows it. A version never changes, so what was read whole is kept; what is damaged is told in its row and
 * read again the next time. Thread-safe.
 */
final class Catalog {
    /** So many of the newest are listed. */
    static final int MAX_LISTED = 1_000;

    private static final long MAX_EVALUATION_BYTES = 32 << 20;

    private final Path data;
    private final VersionRegistry registry;
    private final Map<Long, VersionRow> whole = new ConcurrentHashMap<>();
    private final Map<String, Experiment> experiments = new ConcurrentHashMap<>();

    Catalog(Path data) {
        this.data = data;
        this.registry = new VersionRegistry(data);
    }

    /**
     * @param total versions that there are, or were and have an evaluation
     * @param versions the newest of them, ascending
     * @param experiments of these, by the SHA-256 in their manifests
     */
    record Listing(int total, List<VersionRow> versions, Map<String, ExperimentView> experiments) {}

    Listing listing() {
        TreeSet<Long> known = new TreeSet<>(registry.versions());
        known.addAll(registry.evaluated());
        List<Long> all = List.copyOf(known);
        List<VersionRow> rows = new ArrayList<>();
        for (long version : all.subList(Math.max(0, all.size() - MAX_LISTED), all.size())) {
            VersionRow row = row(version);
            if (row != null) {
                rows.add(row);
            }
        }
        whole.keySet().retainAll(known);
        return new Listing(all.size(), rows, views(rows));
    }

    private Map<String, ExperimentView> views(List<VersionRow> rows) {
        Map<String, ExperimentView> views = new TreeMap<>();
        Set<String> unreadable = new HashSet<>();
        for (VersionRow row : rows) {
            Manifest manifest = row.manifest();
            if (manifest != null
                    && !views.containsKey(manifest.experimentSha256())
                    && !unreadable.contains(manifest.experimentSha256())) {
                Experiment experiment = experiment(manifest);
                if (experiment == null) {
                    unreadable.add(manifest.experimentSha256());
                } else {
                    views.put(manifest.experimentSha256(), ExperimentView.of(experiment));
                }
            }
        }
        experiments.keySet().retainAll(views.keySet());
        return views;
    }

    /** Null where it can not be read: the version's own readers say why. */
    private @Nullable Experiment experiment(Manifest manifest) {
        Experiment known = experiments.get(manifest.experimentSha256());
        if (known != null) {
            return known;
        }
        try {
            Experiment read =
                    ExperimentLoader.load(registry.directory(manifest.version()).resolve(VersionRegistry.EXPERIMENT));
            experiments.put(manifest.experimentSha256(), read);
            return read;
        } catch (ExperimentException e) {
            return null;
        }
    }

    /** Null where there is neither such a version nor an evaluation of it. */
    private @Nullable VersionRow row(long version) {
        Path directory = registry.directory(version);
        boolean kept = Files.isDirectory(directory);
        VersionRow known = whole.get(version);
        if (known != null && known.kept() == kept) {
            return known;
        }
        List<String> problems = new ArrayList<>();
        Manifest manifest = kept ? manifest(version, problems) : null;
        Evaluation evaluation = evaluation(version, problems);
        if (kept != Files.isDirectory(directory)) {
            // it was published or removed just now: the next round has it
            return known;
        }
        if (!kept && evaluation == null && problems.isEmpty()) {
            return null;
        }
        VersionRow row = new VersionRow(
                version,
                kept,
                manifest != null ? Long.valueOf(manifest.step()) : evaluation != null ? evaluation.step() : null,
                kept ? publishedMillis(directory) : null,
                manifest,
                evaluation == null ? null : judgement(evaluation),
                problems.isEmpty() ? null : String.join("\n", problems));
        if (row.complete()) {
            whole.put(version, row);
        }
        return row;
    }

    private @Nullable Manifest manifest(long version, List<String> problems) {
        try {
            return registry.manifest(version);
        } catch (VersionException e) {
            problems.add(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable Evaluation evaluation(long version, List<String> problems) {
        Path file = data.resolve(VersionRegistry.EVALUATIONS).resolve(version + ".json");
        try {
            if (Files.exists(file) && Files.size(file) > MAX_EVALUATION_BYTES) {
                problems.add("%s: has %d bytes, expected an evaluation".formatted(file, Files.size(file)));
                return null;
            }
            return registry.evaluation(version)
                    .map(json -> Evaluation.fromJson(json, file.toString()))
                    .orElse(null);
        } catch (IOException e) {
            problems.add("%s: can not be read: %s".formatted(file, e));
        } catch (VersionException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return null;
    }

    private static Judgement judgement(Evaluation evaluation) {
        PolicyEstimates headline =
                evaluation.estimates().get(evaluation.relativeGain().estimator());
        return new Judgement(
                evaluation.error(),
                evaluation.rows(),
                evaluation.diversity(),
                evaluation.relativeGain(),
                headline == null ? null : headline.gainOverManual());
    }

    private static @Nullable Long publishedMillis(Path directory) {
        try {
            return Files.getLastModifiedTime(directory).toMillis();
        } catch (IOException e) {
            return null;
        }
    }

    /** Null where there is no such version. */
    @Nullable
    VersionDetail detail(long version) {
        VersionRow row = row(version);
        if (row == null) {
            return null;
        }
        Manifest manifest = row.manifest();
        Experiment experiment = manifest == null ? null : experiment(manifest);
        // its problem stands in the row
        Evaluation evaluation = row.evaluation() == null ? null : evaluation(version, new ArrayList<>());
        List<ActionShare> taken = evaluation == null ? List.of() : evaluation.actions();
        return new VersionDetail(
                row,
                experiment == null ? null : ExperimentView.of(experiment),
                evaluation,
                mostFrequent(taken, experiment == null ? null : ActionSpace.of(experiment.actions())),
                taken.size());
    }

    private static List<TakenAction> mostFrequent(List<ActionShare> taken, @Nullable ActionSpace space) {
        return taken.stream()
                .sorted(Comparator.comparingLong(ActionShare::rows).reversed().thenComparingInt(ActionShare::action))
                .limit(VersionDetail.MAX_ACTIONS)
                .map(share -> new TakenAction(share.action(), share.rows(), values(share.action(), space)))
                .toList();
    }

    private static List<Double> values(int action, @Nullable ActionSpace space) {
        if (space == null || action < 0 || action >= space.size()) {
            return List.of();
        }
        List<Double> values = new ArrayList<>();
        for (double value : space.values(action)) {
            values.add(value);
        }
        return Collections.unmodifiableList(values);
    }
}
