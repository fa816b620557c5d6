package org.drlput.jobs.firstpass;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.LogInput;
import org.drlput.common.log.LogReader;
import org.drlput.common.log.LogSchema;
import org.jspecify.annotations.Nullable;

/**
 * Files as blocks, read anew by every iteration. A block is valid until the next is asked for. An iteration that is not finished
 * leaves a file open until the process ends.
 */
public final class InputBlocks implements Iterable<Block> {
    private final Experiment experiment;
    private final LogSchema schema;
    private final List<LogInput> inputs;
    private final LongConsumer rowsRead;
    private final Correction correction;

    /** What becomes of a block before it is given out; the builder still holds what it was made of. */
    private interface Correction {
        Block of(Block block, BlockBuilder builder);
    }

    private InputBlocks(
            Experiment experiment,
            LogSchema schema,
            List<LogInput> inputs,
            LongConsumer rowsRead,
            Correction correction) {
        this.experiment = experiment;
        this.schema = schema;
        this.inputs = List.copyOf(inputs);
        this.rowsRead = rowsRead;
        this.correction = correction;
    }

    /** @param rowsRead is told after each block how many rows its iteration has read */
    public InputBlocks(Experiment experiment, LogSchema schema, List<LogInput> inputs, LongConsumer rowsRead) {
        this(experiment, schema, inputs, rowsRead, (block, builder) -> block);
    }

    /**
     * Exploration logs as the first pass would leave them: outcomes that have not come yet are made up for, and rows have the weights
     * of all traffic, where the experiment asks for it. Reads the logs for it first.
     *
     * @param traffic files of all traffic
     * @throws org.drlput.common.log.LogException where rows are to be reweighted, and there are none
     */
    public static InputBlocks corrected(
            Experiment experiment, List<LogInput> logs, List<LogInput> traffic, LongConsumer rowsRead) {
        Corrections corrections =
                Corrections.learn(experiment, logs, experiment.traffic().reweight() ? traffic : List.of());
        return new InputBlocks(experiment, LogSchema.explorationLog(experiment), logs, rowsRead, corrections::correct);
    }

    InputBlocks(Experiment experiment, LogSchema schema, List<LogInput> inputs) {
        this(experiment, schema, inputs, rows -> {});
    }

    @Override
    public Iterator<Block> iterator() {
        return new Blocks(LogReader.open(schema, inputs), new BlockBuilder(experiment, schema), rowsRead, correction);
    }

    private static final class Blocks implements Iterator<Block> {
        private final LogReader reader;
        private final BlockBuilder builder;
        private final LongConsumer rowsRead;
        private final Correction correction;
        private @Nullable Block next;
        private long rows;
        private boolean ended;

        Blocks(LogReader reader, BlockBuilder builder, LongConsumer rowsRead, Correction correction) {
            this.reader = reader;
            this.builder = builder;
            this.rowsRead = rowsRead;
            this.correction = correction;
        }

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                if (reader.fill(builder)) {
                    next = correction.of(builder.block(), builder);
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
