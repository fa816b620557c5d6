package org.drlput.jobs.versions;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockStore;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.jobs.run.RunDirectory;

/**
 * Rows that a version is judged by.
 *
 * @param source which ones, in words
 * @param experiment that they were read with
 * @param blocks read anew by every iteration
 */
public record JudgingRows(String source, Experiment experiment, EvaluationScope scope, Iterable<Block> blocks) {

    /** Whether a run's directory has its hold-out. */
    public static boolean in(RunDirectory run) {
        return Files.exists(run.firstPass().resolve(FirstPassFile.NAME)) && Files.exists(run.experiment());
    }

    /** The hold-out of a run: rows that trained none of its versions. */
    public static JudgingRows holdOut(RunDirectory run) throws IOException {
        Experiment experiment = ExperimentLoader.load(run.experiment());
        FirstPassResult firstPass = FirstPassFile.read(run.firstPass()).result();
        List<Block> blocks = new ArrayList<>();
        try (BlockStore store = BlockStore.open(run.firstPass(), experiment, firstPass.holdoutFiles())) {
            for (int i = 0; i < store.blockCount(); i++) {
                blocks.add(store.read(i));
            }
        }
        long rows = blocks.stream().mapToLong(Block::rowCount).sum();
        String source = String.format(Locale.ROOT, "%,d rows held out by the run in %s", rows, run.root());
        return new JudgingRows(source, experiment, EvaluationScope.HOLD_OUT, blocks);
    }
}
