package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockStore;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.math.Kernels;
import org.drlput.common.select.FixedActions;
import org.drlput.common.select.Selection;
import org.drlput.common.select.UnseenRows;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.run.RunDirectory;
import org.jspecify.annotations.Nullable;

/** What to use of a run that came to its end: {@code selection.json}. */
final class RunChoice {
    /** Sixteen million rows judge well enough; more would only take time. */
    private static final long MAX_BLOCKS = 1000;

    private RunChoice() {}

    /**
     * Chooses, and leaves the file.
     *
     * @param after the number below the run's first version
     * @param last the run's last version
     */
    static Selection make(
            Experiment experiment, RunDirectory directory, FirstPassResult firstPass, long after, long last)
            throws IOException {
        VersionRegistry registry = new VersionRegistry(directory.root());
        List<Evaluation> evaluations = new ArrayList<>();
        for (long version : registry.versions()) {
            if (version > after && version <= last) {
                registry.evaluation(version)
                        .map(json -> Evaluation.fromJson(json, "evaluation of version " + version))
                        .ifPresent(evaluations::add);
            }
        }
        FixedActions fixed = new FixedActions(experiment);
        UnseenRows unseen = experiment.network().members() > 1
                ? new UnseenRows(Version.read(registry.directory(last)), Kernels.best())
                : null;
        read(experiment, directory.firstPass(), firstPass, fixed, unseen);
        Selection selection = Selection.of(
                evaluations,
                unseen == null
                        ? List.of()
                        : unseen.candidate(experiment.evaluation()).stream().toList(),
                experiment.versions().fallBack() ? fixed.best(experiment.evaluation()) : Optional.empty());
        Path partial = directory.root().resolve(Selection.NAME + ".partial");
        Files.write(partial, selection.toJson());
        Files.move(partial, directory.root().resolve(Selection.NAME), StandardCopyOption.ATOMIC_MOVE);
        return selection;
    }

    private static void read(
            Experiment experiment,
            Path directory,
            FirstPassResult firstPass,
            FixedActions fixed,
            @Nullable UnseenRows unseen) {
        try (BlockStore blocks = BlockStore.open(directory, experiment, firstPass)) {
            long count = Math.min(MAX_BLOCKS, blocks.blockCount());
            for (long i = 0; i < count; i++) {
                Block block = blocks.read(i);
                fixed.add(block);
                if (unseen != null) {
                    unseen.add(block);
                }
            }
        }
    }
}
