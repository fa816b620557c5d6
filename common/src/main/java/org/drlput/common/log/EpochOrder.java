package org.drlput.common.log;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment.Training;
import org.drlput.common.experiment.TrainingPlan;

/**
 * In which order an epoch goes through the rows, and which of them a ticket means: a function of rows and seed alone.
 *
 * <p>An epoch is one sequence of positions: the blocks, permuted by (seed, epoch), each with its rows, permuted by (seed, epoch,
 * block). Permutations are Fisher-Yates with SplitMix64. Without shuffling both are the identity. The last block may be short; it
 * takes its place in the order like any other. Keeps the permutation of the epoch asked for last: one thread.
 */
public final class EpochOrder {
    /** Set apart from the streams of blocks. */
    private static final long BLOCK_ORDER = -1;

    private final TrainingPlan plan;
    private final long seed;
    private final boolean shuffle;
    private final int blockCount;
    private final int rowsOfLastBlock;
    private final int[] blocks;
    private int epoch = -1;
    /** Where in {@link #blocks} the last block is. */
    private int placeOfLastBlock;

    /** Rows {@code [first, first + count)} of a block's row order. */
    public record Piece(long block, int first, int count) {}

    /** @param rows all rows of the first pass */
    public EpochOrder(long rows, Training training) {
        plan = TrainingPlan.of(rows, training);
        seed = training.seed();
        shuffle = training.shuffle();
        blockCount = Math.toIntExact((rows + Block.MAX_ROWS - 1) / Block.MAX_ROWS);
        rowsOfLastBlock = (int) (rows - (blockCount - 1L) * Block.MAX_ROWS);
        blocks = new int[blockCount];
    }

    public TrainingPlan plan() {
        return plan;
    }

    /**
     * The rows of micro-batch {@code lane} of the epoch's {@code stepInEpoch}-th step, in order; empty where the lane has none
     * left.
     */
    public List<Piece> ticket(int epoch, long stepInEpoch, int lane) {
        long from = plan.laneStart(lane) + stepInEpoch * plan.rowsPerMicroBatch();
        long to = Math.min(from + plan.rowsPerMicroBatch(), plan.laneStart(lane + 1));
        prepare(epoch);
        List<Piece> pieces = new ArrayList<>(2);
        while (from < to) {
            int place = placeOf(from);
            int block = blocks[place];
            int first = (int) (from - startOf(place));
            int count = (int) Math.min(to - from, rowsOf(block) - first);
            pieces.add(new Piece(block, first, count));
            from += count;
        }
        return pieces;
    }

    /** The order of a block's rows in an epoch, to {@code out[0, rows)}. */
    public void rowOrder(int epoch, long block, int rows, int[] out) {
        if (shuffle) {
            new SplitMix64(seed, epoch, block).permutation(rows, out);
        } else {
            identity(rows, out);
        }
    }

    public int rowsOf(long block) {
        return block == blockCount - 1L ? rowsOfLastBlock : Block.MAX_ROWS;
    }

    private void prepare(int wanted) {
        if (wanted == epoch) {
            return;
        }
        if (shuffle) {
            new SplitMix64(seed, wanted, BLOCK_ORDER).permutation(blockCount, blocks);
        } else {
            identity(blockCount, blocks);
        }
        for (int place = 0; place < blockCount; place++) {
            if (blocks[place] == blockCount - 1) {
                placeOfLastBlock = place;
            }
        }
        epoch = wanted;
    }

    private static void identity(int n, int[] out) {
        for (int i = 0; i < n; i++) {
            out[i] = i;
        }
    }

    /** The place in the block order that a position falls into. */
    private int placeOf(long position) {
        long lastBlockStart = (long) placeOfLastBlock * Block.MAX_ROWS;
        boolean behind = position >= lastBlockStart + rowsOfLastBlock;
        return (int) ((behind ? position + Block.MAX_ROWS - rowsOfLastBlock : position) / Block.MAX_ROWS);
    }

    private long startOf(int place) {
        long start = (long) place * Block.MAX_ROWS;
        return place > placeOfLastBlock ? start - (Block.MAX_ROWS - rowsOfLastBlock) : start;
    }
}
