package org.drlput.jobs.evaluate;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.estimate.RewardModel;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockStore;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;

/**
 * Some blocks of the first pass, spread evenly over it, for the reward model: it never sees a hold-out row. The same blocks in every
 * life of the job, so the same bits. One iteration at a time, of one thread.
 */
final class TrainingRows implements Iterable<Block> {
    /** As many rows as the model is fitted on at most. */
    private static final int MAX_BLOCKS = 7;

    private final BlockStore store;
    private final int count;

    private TrainingRows(BlockStore store) {
        this.store = store;
        count = (int) Math.min(MAX_BLOCKS, store.blockCount());
    }

    /** The reward model of a run: a second or two, a few blocks of memory at a time. */
    static RewardModel model(Path firstPass, Experiment experiment) {
        FirstPassResult result = FirstPassFile.read(firstPass).result();
        try (BlockStore store = BlockStore.open(firstPass, experiment, result)) {
            TrainingRows rows = new TrainingRows(store);
            return RewardModel.ofOtherRows(
                    experiment,
                    result.numeric(),
                    EvaluationScope.Rows.TRAINED,
                    rows,
                    Math.min(result.trainedRows(), (long) rows.count * Block.MAX_ROWS));
        }
    }

    @Override
    public Iterator<Block> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < count;
            }

            @Override
            public Block next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return store.read(next++ * store.blockCount() / count);
            }
        };
    }
}
