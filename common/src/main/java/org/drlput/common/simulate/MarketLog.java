package org.drlput.common.simulate;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.drlput.common.log.Block;

/**
 * An exploration log of a market, without files: requests answered with actions drawn uniformly, and what came of them. A
 * function of (market, stream seed): any part can be made alone, on any thread. Immutable.
 */
public final class MarketLog {
    private final Market market;
    private final long stream;

    private MarketLog(Market market, long stream) {
        this.market = market;
        this.stream = stream;
    }

    /** One log out of many that are independent; {@link LogSimulator} writes that of stream seed 0 if not told another. */
    public static MarketLog of(Market market, long streamSeed) {
        return new MarketLog(market, market.stream("log", streamSeed));
    }

    /** Requests that were answered as ever, of which nothing is known but their features. */
    static MarketLog traffic(Market market) {
        return new MarketLog(market, market.stream("traffic", 0));
    }

    /** Rows {@code [first, first + count)}. */
    LogRows rows(long first, int count) {
        LogRows rows = new LogRows(count);
        Auction auction = new Auction(market);
        Auction.Outcomes outcomes = new Auction.Outcomes();
        Request request = new Request();
        int k = market.actions().size();
        for (long index = first; index < first + count; index++) {
            market.request(stream, index, request);
            auction.draw(request, request.key);
            // a draw of its own: an action that leaned on the request would break the propensity
            int action = (int) ((CounterRandom.bits(request.key, 4000) >>> 32) * k >>> 32);
            auction.play(action, request.key, outcomes);
            rows.set(rows.add(request), action, outcomes);
        }
        return rows;
    }

    /** Features of rows {@code [first, first + count)}; actions and outcomes are 0. */
    LogRows features(long first, int count) {
        LogRows rows = new LogRows(count);
        Request request = new Request();
        for (long index = first; index < first + count; index++) {
            market.request(stream, index, request);
            rows.add(request);
        }
        return rows;
    }

    /**
     * The first {@code rowCount} rows as full blocks and a last one that may be short: the same blocks as of the log's file,
     * held out as the experiment says. Made while they are asked for; each iteration is one thread's.
     */
    public Iterable<Block> blocks(long rowCount) {
        return () -> new Blocks(rowCount, false);
    }

    /** As {@link #blocks}, with every row held out. */
    public Iterable<Block> holdout(long rowCount) {
        return () -> new Blocks(rowCount, true);
    }

    private final class Blocks implements Iterator<Block> {
        private final long rowCount;
        private final boolean allHeldOut;
        private final BlockFiller filler = new BlockFiller(market);
        private long next;

        Blocks(long rowCount, boolean allHeldOut) {
            this.rowCount = rowCount;
            this.allHeldOut = allHeldOut;
        }

        @Override
        public boolean hasNext() {
            return next < rowCount;
        }

        @Override
        public Block next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            LogRows rows = rows(next, (int) Math.min(Block.MAX_ROWS, rowCount - next));
            next += rows.rowCount;
            return allHeldOut ? filler.block(rows, Block.HELD_OUT) : filler.block(rows);
        }
    }
}
