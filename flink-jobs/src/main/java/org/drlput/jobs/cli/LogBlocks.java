package org.drlput.jobs.cli;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.LogInputs;
import org.drlput.common.log.LogSchema;
import org.drlput.jobs.firstpass.InputBlocks;

/** Logs of this machine as blocks, read anew by every iteration; see {@link InputBlocks}. */
final class LogBlocks implements Iterable<Block> {
    private final InputBlocks blocks;

    private LogBlocks(InputBlocks blocks) {
        this.blocks = blocks;
    }

    /** As they were logged. */
    static LogBlocks logged(Experiment experiment, List<Path> logs, LongConsumer rowsRead) {
        return new LogBlocks(
                new InputBlocks(experiment, LogSchema.explorationLog(experiment), LogInputs.list(logs), rowsRead));
    }

    /**
     * As a run on these logs would judge by them: with the weights and the corrected outcomes that the experiment asks for, which are
     * learned from the logs first.
     *
     * @throws org.drlput.common.log.LogException where rows are to be reweighted, and no sample of all traffic lies beside the logs
     */
    static LogBlocks corrected(Experiment experiment, List<Path> logs, LongConsumer rowsRead) {
        return new LogBlocks(
                InputBlocks.corrected(experiment, LogInputs.list(logs), LogInputs.traffic(logs), rowsRead));
    }

    @Override
    public Iterator<Block> iterator() {
        return blocks.iterator();
    }
}
