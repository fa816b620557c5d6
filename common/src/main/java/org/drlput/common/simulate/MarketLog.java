package org.drlput.common.simulate;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.drlput.common.log.Block;

/**
 * An exploration log of a market, without files: requests answered with actions drawn uniformly, and what came of them. A
 * function of (market, stream seed): any part can be made alone, on any thread. Immutable.
 */
public final class MarketLog {
    private static final long NEVER = Long.MAX_VALUE;

    private final Market market;
    private final long stream;
    private final LogKind kind;
    /** What comes later is not seen. */
    private final long watchedUntilMicros;

    private MarketLog(Market market, long stream, LogKind kind, long watchedUntilMicros) {
        this.market = market;
        this.stream = stream;
        this.kind = kind;
        this.watchedUntilMicros = watchedUntilMicros;
    }

    /** One log out of many that are independent; {@link LogSimulator} writes that of stream seed 0 if not told another. */
    public static MarketLog of(Market market, long streamSeed) {
        return new MarketLog(market, market.stream("log", streamSeed), LogKind.PLAIN, NEVER);
    }

    /** A log of so many rows of some kind, of the same requests as the plain one as far as may be. */
    public static MarketLog of(Market market, long streamSeed, LogKind kind, long rowCount) {
        long until = kind.cutAtEnd() ? Market.eventTimeMicros(rowCount - 1) : NEVER;
        return new MarketLog(market, market.stream("log", streamSeed), kind, until);
    }

    /** When the index-th request of any log comes, since the epoch. */
    public static long eventTimeMillis(long index) {
        return Market.eventTimeMicros(index) / 1000;
    }

    /** Requests that were answered as ever, of which nothing is known but their features. */
    public static MarketLog traffic(Market market) {
        return new MarketLog(market, market.stream("traffic", 0), LogKind.PLAIN, NEVER);
    }

    /** Rows {@code [first, first + count)}. */
    LogRows rows(long first, int count) {
        LogRows rows = features(first, count);
        choose(rows);
        Auction auction = new Auction(market);
        Auction.Outcomes outcomes = new Auction.Outcomes();
        Request request = new Request();
        for (int row = 0; row < count; row++) {
            request(first + row, request);
            auction.draw(request, request.key);
            auction.play(rows.actionId[row], request.key, outcomes);
            if (outcomes.delayMillis > (watchedUntilMicros - request.eventTimeMicros) / 1000) {
                auction.forgetConversions(outcomes);
            }
            rows.set(row, outcomes);
        }
        return rows;
    }

    private void request(long index, Request out) {
        if (kind.heavyUsers() > 1) {
            market.requestOfMany(kind.heavyUsers(), stream, index, out);
        } else {
            market.request(stream, index, out);
        }
    }

    /** Actions and their propensities. By a draw of its own: an action that leaned on the request would break the propensity. */
    private void choose(LogRows rows) {
        int k = market.actions().size();
        boolean uniform = kind.behaviour() instanceof Behaviour.Uniform;
        double[][] chances = uniform ? new double[0][] : Behaviour.probabilities(kind.behaviour(), market, rows);
        for (int row = 0; row < rows.rowCount; row++) {
            long bits = CounterRandom.bits(rows.requestKey[row], 4000);
            if (uniform) {
                rows.actionId[row] = (int) ((bits >>> 32) * k >>> 32);
                rows.propensity[row] = 1.0 / k;
            } else {
                double[] chance = chances[chances.length == 1 ? 0 : row];
                int action = pick(chance, CounterRandom.uniform(bits));
                rows.actionId[row] = action;
                rows.propensity[row] = chance[action];
            }
        }
    }

    private static int pick(double[] chance, double uniform) {
        double rest = uniform;
        int last = 0;
        for (int a = 0; a < chance.length; a++) {
            if (chance[a] > 0) {
                last = a;
                rest -= chance[a];
                if (rest < 0) {
                    return a;
                }
            }
        }
        // rounding: the chances' sum is a hair below 1
        return last;
    }

    /** Features of rows {@code [first, first + count)}; actions and outcomes are 0. */
    LogRows features(long first, int count) {
        LogRows rows = new LogRows(count);
        Request request = new Request();
        for (long index = first; index < first + count; index++) {
            request(index, request);
            rows.add(request);
        }
        return rows;
    }

    /**
     * The first {@code rowCount} rows as full blocks and a last one that may be short: the same blocks as of the log's file,
     * held out as the experiment says. Made while they are asked for; each iteration is one thread's.
     */
    public Iterable<Block> blocks(long rowCount) {
        return blocks(0, rowCount);
    }

    /** As {@link #blocks(long)}, of rows {@code [first, first + rowCount)}. */
    public Iterable<Block> blocks(long first, long rowCount) {
        return () -> new Blocks(first, rowCount, false);
    }

    /** As {@link #blocks}, with every row held out. */
    public Iterable<Block> holdout(long rowCount) {
        return () -> new Blocks(0, rowCount, true);
    }

    private final class Blocks implements Iterator<Block> {
        private final long end;
        private final boolean allHeldOut;
        private final BlockFiller filler = new BlockFiller(market);
        private long next;

        Blocks(long first, long rowCount, boolean allHeldOut) {
            next = first;
            end = first + rowCount;
            this.allHeldOut = allHeldOut;
        }

        @Override
        public boolean hasNext() {
            return next < end;
        }

        @Override
        public Block next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            LogRows rows = rows(next, (int) Math.min(Block.MAX_ROWS, end - next));
            next += rows.rowCount;
            return allHeldOut ? filler.block(rows, Block.HELD_OUT) : filler.block(rows);
        }
    }
}
