package org.drlput.jobs.cli;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.LogInputs;
import org.drlput.common.log.LogReader;
import org.drlput.common.log.LogSchema;
import org.jspecify.annotations.Nullable;

/**
 * Logs as blocks, read anew by every iteration. A block is valid until the next is asked for. An iteration that is not finished
 * leaves a file open until the process ends.
 */
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
        LogSchema schema = LogSchema.explorationLog(experiment);
        return new Blocks(LogReader.open(schema, LogInputs.list(logs)), new BlockBuilder(experiment, schema), rowsRead);
    }

    private static final class Blocks implements Iterator<Block> {
        private final LogReader reader;
        private final BlockBuilder builder;
        private final LongConsumer rowsRead;
        private @Nullable Block next;
        private long rows;
        private boolean ended;

        Blocks(LogReader reader, BlockBuilder builder, LongConsumer rowsRead) {
            this.reader = reader;
            this.builder = builder;
            this.rowsRead = rowsRead;
        }

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                if (reader.fill(builder)) {
                    next = builder.block();
                } else {
                    ended = true;
                    reader.close();
                }
            }
            return next != null;
        }

        @Override
        public Block next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException("the logs have ended");
            }
            Block block = next;
            next = null;
            rows += block.rowCount();
            rowsRead.accept(rows);
            return block;
        }
    }
}
