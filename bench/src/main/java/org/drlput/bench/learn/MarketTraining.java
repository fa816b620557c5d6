package org.drlput.bench.learn;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.version.Policy;

/** One training on a market's log. One thread. */
final class MarketTraining {
    /** Rows that are scored together. */
    private static final int SCORED_ROWS = 512;

    private final BlockTraining training;

    MarketTraining(Experiment experiment, List<Block> log) {
        training = new BlockTraining(experiment, log);
    }

    /** The log that {@code simulate} writes, with the features of the market's experiment. */
    static List<Block> log(Market market, long rows) {
        List<Block> blocks = new ArrayList<>();
        MarketLog.of(market, 0).blocks(rows).forEach(blocks::add);
        return blocks;
    }

    /** All steps. */
    void run() {
        training.run();
    }

    /** Mean entropy of the policy over the last step's rows, nats. */
    double entropy() {
        return training.entropy();
    }

    /** The greedy action of each row. */
    int[] greedy(Block block) {
        return Policy.of(training.version(training.totalSteps()), Kernels.best(), SCORED_ROWS)
                .greedy(block);
    }
}
