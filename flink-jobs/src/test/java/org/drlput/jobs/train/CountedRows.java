package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.HoldoutSplit;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Version;

/**
 * Counts how often each logged row was trained on by what it left in the weights, not by anything that the trainer says: every row
 * has an embedding of its own, SGD without momentum moves it once a visit, and by so little that the other weights, and with them
 * the size of a visit, hardly change over the run.
 */
final class CountedRows {
    static final int ROWS = 6_000;
    private static final int DIMENSION = 8;
    private static final long SEED = 11;
    private static final String TENSOR_PART = "row";

    private static final String EXPERIMENT = """
            formatVersion: 1
            name: counted
            log: {requestId: id, eventTime: time, actionId: action, propensity: propensity}
            features:
              - {name: row, type: categorical, dimension: %d, vocabulary: [%s]}
            actions:
              hyperparameters: [{name: a, levels: [0, 1], production: 1}]
            reward: {active: R0, outcomes: {revenue: {column: revenue}}, variants: {R0: {revenue: 1}}}
            network: {hidden: [], batchNorm: false}
            objective: {type: ips, baseline: none, entropy: 0}
            optimizer: {type: sgd, learningRate: 0.01, schedule: constant}
            training: {%s, rowsPerStep: 32, microBatches: 8, seed: %d, checkpointIntervalMillis: 100}
            evaluation: {holdout: {share: 0.02}, minEffectiveSampleSize: 1, minRewardedRows: 1}
            versions: {everySteps: 40}
            """;

    private CountedRows() {}

    /** @param mode {@code mode: step}, say, with what belongs to it */
    static byte[] experiment(String mode) {
        String names = IntStream.range(0, ROWS).mapToObj(i -> "r" + i).collect(Collectors.joining(", "));
        return EXPERIMENT.formatted(DIMENSION, names, mode, SEED).getBytes(StandardCharsets.UTF_8);
    }

    static Path logs(Path directory) throws IOException {
        Files.createDirectories(directory);
        Random random = new Random(SEED);
        try (BufferedWriter out = Files.newBufferedWriter(directory.resolve("log.csv"))) {
            out.write("id,time,action,propensity,row,revenue\n");
            for (int i = 0; i < ROWS; i++) {
                out.write(String.format(
                        Locale.ROOT, "r%d,%d,%d,0.5,r%d,1\n", i, 1_700_000_000_000L + i, random.nextInt(2), i));
            }
        }
        return directory;
    }

    /** How far each row's embedding has moved from where it began. */
    static double[] moved(Version version) {
        TensorSpec table = version.weights().tensors().stream()
                .filter(tensor -> tensor.name().contains(TENSOR_PART))
                .findFirst()
                .orElseThrow();
        float[] now = version.weights().values(table.name());
        float[] begin = new float[now.length];
        Initializer.fill(table, 0, begin, SEED);
        double[] moved = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double square = 0;
            for (int i = row * DIMENSION; i < (row + 1) * DIMENSION; i++) {
                square += Math.pow((double) now[i] - begin[i], 2);
            }
            moved[row] = Math.sqrt(square);
        }
        return moved;
    }

    /** That every row that is not held out was trained on as often as in another run, and no other was. */
    static void assertTheSameCounts(Version version, Version undisturbed) {
        double[] found = moved(version);
        double[] expected = moved(undisturbed);
        HoldoutSplit split = new HoldoutSplit(ExperimentLoader.parse(experiment("mode: step"), "counted")
                .evaluation()
                .holdout());
        for (int row = 0; row < ROWS; row++) {
            if (split.holdsOut(split.hash("r" + row), 0)) {
                assertThat(found[row]).as("row %d is held out", row).isZero();
                continue;
            }
            assertThat(expected[row]).as("row %d, undisturbed", row).isPositive();
            assertThat(found[row] / expected[row])
                    .as("row %d: visits by those of the undisturbed run", row)
                    // half a visit more or less is far beyond what the change of the other weights does
                    .isBetween(0.6, 1.4);
        }
    }
}
