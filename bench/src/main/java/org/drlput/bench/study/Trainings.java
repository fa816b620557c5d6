package org.drlput.bench.study;

import java.util.ArrayList;
import java.util.List;
import org.drlput.bench.learn.BlockTraining;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;

/** One training in memory, and what its policy does. */
final class Trainings {
    /** Rows that are scored together. */
    private static final int SCORED_ROWS = 512;

    private Trainings() {}

    /** The version after the last step. */
    static Version train(Experiment experiment, Iterable<Block> blocks) {
        List<Block> all = new ArrayList<>();
        blocks.forEach(all::add);
        BlockTraining training = new BlockTraining(experiment, all);
        training.run();
        return training.version(training.totalSteps());
    }

    /** The greedy action in each of the states. */
    static int[] greedy(Version version, TestStates states) {
        return Policy.of(version, Kernels.best(), SCORED_ROWS)
                .greedy(states.block(version.experiment(), 0, states.size()));
    }
}
