package org.drlput.jobs.chaos;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.feature.CategoryTable;
import org.drlput.common.log.HoldoutSplit;

/**
 * Logs and an experiment that count by themselves. Every row is a category of its own, with a row of the embedding table that no
 * other row looks up; there is no hidden layer, and plain gradient ascent moves a weight by rate times gradient and keeps
 * nothing else. So what the training of row i leaves is in table row i alone: as often its own gradient as the row was
 * applied. The rate is so small that the rest of the network hardly moves: the gradient of row i is known beforehand from the
 * first weights, to a few in a hundred, and the quotient of the two is how often row i was applied.
 *
 * <p>Rows that are held out must have been applied no time. No counter of the trainer or of the servers takes part.
 */
final class CountingLogs {
    static final String FEATURE = "row";
    static final int ROWS_PER_STEP = 128;
    static final int MICRO_BATCHES = 8;
    static final double PROPENSITY = 0.5;
    private static final int BUCKETS = 1 << 18;
    /** In step and bounded mode the mean is over a step, else over a micro-batch. */
    private static final double RATE = 0.01;

    private CountingLogs() {}

    /** @param mode step, bounded or async */
    static String experiment(String mode, long seed) {
        return String.format(
                Locale.ROOT,
                """
                formatVersion: 1
                name: chaos-%1$s
                log: {requestId: id, eventTime: time, actionId: action, propensity: propensity}
                features:
                  - {name: %2$s, type: categorical, hashBuckets: %3$d, dimension: 2}
                actions:
                  hyperparameters:
                    - {name: w, levels: [0, 1], production: 0}
                reward:
                  active: R0
                  outcomes: {revenue: {column: revenue}}
                  variants: {R0: {revenue: 1}}
                network: {hidden: [], batchNorm: false}
                objective: {type: ips, baseline: none, entropy: 0}
                optimizer: {type: sgd, learningRate: %4$s, schedule: constant}
                training: {mode: %1$s, staleness: %5$d, window: %6$d, rowsPerStep: %7$d, microBatches: %8$d, seed: %9$d, checkpointIntervalMillis: 1000}
                evaluation: {holdout: {share: 0.02}, minEffectiveSampleSize: 10, minRewardedRows: 5}
                versions: {everySteps: 200}
                """,
                mode,
                FEATURE,
                BUCKETS,
                rate(mode),
                mode.equals("bounded") ? 2 : 0,
                mode.equals("step") ? 2 : 4,
                ROWS_PER_STEP,
                MICRO_BATCHES,
                seed);
    }

    static double rate(String mode) {
        return mode.equals("async") ? RATE / MICRO_BATCHES : RATE;
    }

    /** How many rows an update's mean is over, held-out ones included. */
    static int rowsPerUpdate(String mode) {
        return mode.equals("async") ? ROWS_PER_STEP / MICRO_BATCHES : ROWS_PER_STEP;
    }

    /** One logged row: its table row, its action, its reward, and whether it trains. */
    record Row(int tableRow, int action, double reward, boolean trains) {}

    /**
     * Writes {@code log.csv} and {@code experiment.yaml}; tells the rows. The same arguments give the same files.
     *
     * @param atLeast rows; whole steps are written, since in a broken one a row would weigh more
     */
    static List<Row> write(Path directory, int atLeast, String mode, long seed) throws IOException {
        int rows = (atLeast + ROWS_PER_STEP - 1) / ROWS_PER_STEP * ROWS_PER_STEP;
        Files.createDirectories(directory);
        String yaml = experiment(mode, seed);
        Files.writeString(directory.resolve("experiment.yaml"), yaml);
        Experiment experiment =
                ExperimentLoader.parse(Files.readAllBytes(directory.resolve("experiment.yaml")), "chaos");
        CategoryTable table =
                CategoryTable.of((Categorical) experiment.features().get(0));
        HoldoutSplit split = new HoldoutSplit(experiment.evaluation().holdout());
        SplittableRandom random = new SplittableRandom(seed);
        BitSet taken = new BitSet(BUCKETS);
        List<Row> all = new ArrayList<>(rows);
        try (BufferedWriter out = Files.newBufferedWriter(directory.resolve("log.csv"))) {
            out.write("id,time,action,propensity,row,revenue\n");
            for (int i = 0; i < rows; i++) {
                String name = free(table, taken, i);
                int tableRow = table.row(name);
                taken.set(tableRow);
                int action = random.nextInt(2);
                double reward = 0.9 + 0.1 * random.nextInt(3);
                String id = "r" + i;
                all.add(new Row(tableRow, action, reward, !split.holdsOut(split.hash(id), 0)));
                out.write(String.format(
                        Locale.ROOT,
                        "%s,%d,%d,%s,%s,%.1f\n",
                        id,
                        1_700_000_000_000L + i,
                        action,
                        PROPENSITY,
                        name,
                        reward));
            }
        }
        return all;
    }

    /** A category of row i whose table row no other has. */
    private static String free(CategoryTable table, BitSet taken, int i) {
        String name = "c" + i;
        for (int attempt = 1; taken.get(table.row(name)); attempt++) {
            name = "c" + i + "." + attempt;
        }
        return name;
    }
}
