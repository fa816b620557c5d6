package org.drlput.jobs.train;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.HoldoutSplit;

/**
 * Logs and an experiment of eight actions, small enough for a test: the reward is likely where the action fits the sign of a number,
 * the country and the interests.
 */
final class TinyMarket {
    static final String EXPERIMENT = """
            formatVersion: 1
            name: tiny
            log: {requestId: id, eventTime: time, actionId: action, propensity: propensity, maxRejectedShare: 0.2}
            features:
              - {name: x, type: numeric}
              - {name: y, type: numeric, missing: mean}
              - {name: country, type: categorical, vocabulary: [us, de], dimension: 4}
              - {name: user, type: categorical, hashBuckets: 50, dimension: 3}
            actions:
              hyperparameters:
                - {name: a, levels: [0, 1], production: 1}
                - {name: b, levels: [0, 1, 2, 3], production: 2}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            network: {hidden: [16, 8]}
            objective: {entropy: 0.1}
            optimizer: {learningRate: 0.01}
            training: {rowsPerStep: 256, microBatches: 8, epochs: %d, seed: 5, checkpointIntervalMillis: 200}
            evaluation: {holdout: {share: 0.2}, minEffectiveSampleSize: 10, minRewardedRows: 5, segments: [{feature: x, quantiles: 2}]}
            versions: {everySteps: %d}
            """;

    private TinyMarket() {}

    static byte[] experiment(int epochs, int everySteps) {
        return EXPERIMENT.formatted(epochs, everySteps).getBytes(StandardCharsets.UTF_8);
    }

    /** Writes {@code log.csv}; every 100th row is bad. */
    static Path logs(Path directory, int rows, long seed) throws IOException {
        return logs(directory, rows, seed, -1);
    }

    /** The first row from this one on that trains. */
    static int trainingRowFrom(int row) {
        HoldoutSplit split = new HoldoutSplit(
                ExperimentLoader.parse(experiment(1, 1), "tiny").evaluation().holdout());
        int found = row;
        while (found % 100 == 99 || split.holdsOut(split.hash("r" + found), 0)) {
            found++;
        }
        return found;
    }

    /** @param poisoned row, counted from 0, whose revenue is beyond what a gradient can hold; -1: none */
    static Path logs(Path directory, int rows, long seed, int poisoned) throws IOException {
        Files.createDirectories(directory);
        Random random = new Random(seed);
        try (BufferedWriter out = Files.newBufferedWriter(directory.resolve("log.csv"))) {
            out.write("id,time,action,propensity,x,y,country,user,revenue\n");
            for (int i = 0; i < rows; i++) {
                int action = random.nextInt(8);
                double x = random.nextGaussian();
                boolean german = random.nextBoolean();
                int best = (x > 0 ? 4 : 0) + (german ? 1 : 2);
                double revenue = random.nextDouble() < (action == best ? 0.8 : 0.2) ? 1 : 0;
                out.write(String.format(
                        Locale.ROOT,
                        "r%d,%d,%d,%s,%.6f,%s,%s,u%d,%s\n",
                        i,
                        1_700_000_000_000L + i,
                        action,
                        i % 100 == 99 ? "1.5" : "0.125",
                        x,
                        i % 7 == 0 ? "" : "0.5",
                        german ? "de" : "us",
                        random.nextInt(200),
                        i == poisoned ? "3.4e38" : String.valueOf(revenue)));
            }
        }
        return directory;
    }
}
