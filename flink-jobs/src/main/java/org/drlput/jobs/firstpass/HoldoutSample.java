package org.drlput.jobs.firstpass;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.BlockStore;
import org.drlput.common.log.BlockWriter;
import org.drlput.common.log.FirstPassResult.BlockFile;

/**
 * Chooses the {@code maxRows} held-out rows with the smallest hashes, equal ones by their place in the logs. Keeps hash and place
 * of at most twice as many; the rows themselves are taken from the blocks afterwards. One thread.
 */
final class HoldoutSample {
    private static final String FILE = "holdout";

    private final int maxRows;
    private long[] hashes = new long[1024];
    private long[] places = new long[1024];
    private int size;

    HoldoutSample(int maxRows) {
        this.maxRows = maxRows;
    }

    /** {@code firstRow}: place of the block's first row among all rows. */
    void add(Block block, BlockBuilder builder, long firstRow) {
        for (int i = 0; i < block.rowCount(); i++) {
            if (block.rowState()[i] == Block.HELD_OUT) {
                if (size == hashes.length) {
                    makeRoom();
                }
                // Flipped, signed order is unsigned order.
                hashes[size] = builder.holdoutHash(i) ^ Long.MIN_VALUE;
                places[size++] = firstRow + i;
            }
        }
    }

    private void makeRoom() {
        if (size >= 2L * maxRows) {
            shrink();
        } else {
            int capacity = (int) Math.min(2L * size, Math.max(2L * maxRows, 1024));
            hashes = Arrays.copyOf(hashes, capacity);
            places = Arrays.copyOf(places, capacity);
        }
    }

    /** Drops all but the {@code maxRows} smallest; keeps the rest in the order of their places. */
    private void shrink() {
        if (size <= maxRows) {
            return;
        }
        long[] sorted = Arrays.copyOf(hashes, size);
        Arrays.sort(sorted);
        long bound = sorted[maxRows - 1];
        int atBound = maxRows;
        for (int i = 0; i < maxRows; i++) {
            atBound -= sorted[i] < bound ? 1 : 0;
        }
        int kept = 0;
        for (int i = 0; i < size; i++) {
            boolean keep = hashes[i] < bound || (hashes[i] == bound && atBound-- > 0);
            if (keep) {
                hashes[kept] = hashes[i];
                places[kept++] = places[i];
            }
        }
        size = kept;
    }

    /** Rows of the sample. */
    int rows() {
        return Math.min(size, maxRows);
    }

    /** Copies the sample's rows from the blocks of the directory to hold-out blocks beside them. */
    List<BlockFile> write(Path directory, Experiment experiment, List<BlockFile> blockFiles, int blocksPerFile)
            throws IOException {
        shrink();
        RowGatherer gatherer = new RowGatherer();
        try (BlockStore store = BlockStore.open(directory, experiment, blockFiles);
                BlockWriter writer = new BlockWriter(directory, FILE, blocksPerFile, experiment)) {
            int i = 0;
            while (i < size) {
                long blockIndex = places[i] / Block.MAX_ROWS;
                Block block = store.read(blockIndex);
                for (; i < size && places[i] / Block.MAX_ROWS == blockIndex; i++) {
                    gatherer.add(block, (int) (places[i] % Block.MAX_ROWS));
                    if (gatherer.rowCount() == Block.MAX_ROWS) {
                        writer.write(gatherer.take());
                    }
                }
            }
            if (gatherer.rowCount() > 0) {
                writer.write(gatherer.take());
            }
            return writer.finish();
        }
    }
}
