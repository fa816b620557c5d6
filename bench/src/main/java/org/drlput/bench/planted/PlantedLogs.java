package org.drlput.bench.planted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.drlput.common.log.Block;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;

/** Training logs with one thing wrong in them. Blocks are made anew for each training. */
final class PlantedLogs {
    private final Market market;
    private final long rows;
    private final SplittableRandom random;

    PlantedLogs(Market market, long rows, long seed) {
        this.market = market;
        this.rows = rows;
        this.random = new SplittableRandom(seed);
    }

    List<Block> of(Kind kind) {
        List<Block> blocks = new ArrayList<>();
        MarketLog.of(market, 0).blocks(rows).forEach(blocks::add);
        switch (kind) {
            case INVERTED -> blocks.forEach(PlantedLogs::invert);
            case SHUFFLED -> blocks.forEach(this::shuffle);
            case WRONG_PROPENSITIES -> distort(blocks);
            default -> {
                // as they are
            }
        }
        return blocks;
    }

    private static void invert(Block block) {
        for (double[] outcome : block.outcomes()) {
            for (int i = 0; i < outcome.length; i++) {
                outcome[i] = -outcome[i];
            }
        }
    }

    /** The same permutation for all outcomes of a block. */
    private void shuffle(Block block) {
        for (int i = block.rowCount() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            for (double[] outcome : block.outcomes()) {
                double kept = outcome[i];
                outcome[i] = outcome[j];
                outcome[j] = kept;
            }
            for (long[] delay : block.delayMillis()) {
                if (delay.length > 0) {
                    long kept = delay[i];
                    delay[i] = delay[j];
                    delay[j] = kept;
                }
            }
        }
    }

    private void distort(List<Block> blocks) {
        double[] factors = new double[market.actions().size()];
        Arrays.setAll(factors, action -> Math.pow(5, 2 * random.nextDouble() - 1));
        for (Block block : blocks) {
            for (int i = 0; i < block.rowCount(); i++) {
                double propensity = block.propensity()[i] * factors[block.actionId()[i]];
                block.propensity()[i] = Math.min(1, propensity);
            }
        }
    }
}
