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
    private final Experiment experiment;
    private final List<Path> logs;
    private final LongConsumer rowsRead;

    LogBlocks(Experiment experiment, List<Path> logs, LongConsumer rowsRead) {
        this.experiment = experiment;
        this.logs = List.copyOf(logs);
        this.rowsRead = rowsRead;
    }

    @Override
    public Iterator<Block> iterator() {
        return new InputBlocks(experiment, LogSchema.explorationLog(experiment), LogInputs.list(logs), rowsRead)
                .iterator();
    }
}
