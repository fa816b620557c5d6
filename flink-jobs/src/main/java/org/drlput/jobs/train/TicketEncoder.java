package org.drlput.jobs.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.encode.FeatureEncoder;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockStore;
import org.drlput.common.log.EpochOrder;
import org.drlput.common.log.EpochOrder.Piece;
import org.drlput.common.reward.RewardComposite;

/**
 * From tickets to the rows that the network computes: reads the blocks that they name, takes the rows in the epoch's order and
 * encodes those that train. Keeps as many blocks as it has lanes, and one more, since each lane goes through a block of its own.
 * One thread.
 */
final class TicketEncoder implements AutoCloseable {
    private final BlockStore store;
    private final EpochOrder order;
    private final FeatureEncoder encoder;
    private final RewardComposite composite;
    private final int rowsPerMicroBatch;
    private final Map<Long, Loaded> loaded;

    /** A block with its rewards, and its row order in one epoch. */
    private static final class Loaded {
        final Block block;
        final double[] rewards;
        final int[] rows;
        int epoch = -1;

        Loaded(Block block, RewardComposite composite) {
            this.block = block;
            rewards = new double[block.rowCount()];
            composite.compute(block, rewards);
            rows = new int[block.rowCount()];
        }
    }

    TicketEncoder(RunContext context, int lanes) {
        store = BlockStore.open(Path.of(context.settings().firstPass()), context.experiment(), context.firstPass());
        order = context.epochOrder();
        encoder = new FeatureEncoder(
                context.model().features(), context.firstPass().numeric());
        composite = RewardComposite.of(context.experiment().reward());
        rowsPerMicroBatch = context.plan().rowsPerMicroBatch();
        loaded = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Loaded> eldest) {
                return size() > lanes + 1;
            }
        };
    }

    EncodedBatch newBatch() {
        return encoder.newBatch(rowsPerMicroBatch);
    }

    /** Replaces what {@code out} holds by the rows of a ticket that train: none where all are held out or rejected. */
    void encode(int epoch, List<Piece> ticket, EncodedBatch out) {
        out.rowCount = 0;
        for (Piece piece : ticket) {
            Loaded from = load(piece.block(), epoch);
            encoder.encode(from.block, from.rows, piece.first(), piece.count(), from.rewards, out);
        }
    }

    private Loaded load(long block, int epoch) {
        Loaded found = loaded.get(block);
        if (found == null) {
            found = new Loaded(store.read(block), composite);
            loaded.put(block, found);
        }
        if (found.epoch != epoch) {
            order.rowOrder(epoch, block, found.block.rowCount(), found.rows);
            found.epoch = epoch;
        }
        return found;
    }

    @Override
    public void close() {
        store.close();
    }
}
