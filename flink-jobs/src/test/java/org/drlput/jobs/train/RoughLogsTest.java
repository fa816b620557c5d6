package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.run.RunDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs on logs as they come: numbers of wild scale, a feature that is the same in every row, one that is mostly missing,
 * outliers, propensities far from uniform, and hardly any rows.
 */
class RoughLogsTest {
    private static final String EXPERIMENT = """
            formatVersion: 1
            name: rough
            log: {requestId: id, eventTime: time, actionId: action, propensity: propensity}
            features:
              - {name: huge, type: numeric}
              - {name: tiny, type: numeric}
              - {name: flat, type: numeric}
              - {name: gappy, type: numeric, missing: mean}
              - {name: outlying, type: numeric}
            actions:
              behaviour: logged
              hyperparameters:
                - {name: a, levels: [0, 1], production: 1}
                - {name: b, levels: [0, 1, 2, 3], production: 2}
            reward: {active: R0, outcomes: {revenue: {column: revenue}}, variants: {R0: {revenue: 1}}}
            network: {hidden: [16, 8]}
            objective: %s
            optimizer: {learningRate: 0.01}
            training: {rowsPerStep: 256, microBatches: 8, epochs: 4, minSteps: 100, seed: 5, checkpointIntervalMillis: 200}
            evaluation: {holdout: {share: 0.2}, minEffectiveSampleSize: 10, minRewardedRows: 5}
            versions: {everySteps: 1000}
            """;

    @TempDir
    Path directory;

    /** The action that is likely to be rewarded is told by the signs of the first two numbers; the rest is rough. */
    private Path log(int rows, double leastPropensity) throws IOException {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        Random random = new Random(3);
        double rare = leastPropensity;
        double usual = (1 - 4 * rare) / 4;
        try (BufferedWriter out = Files.newBufferedWriter(logs.resolve("log.csv"))) {
            out.write("id,time,action,propensity,huge,tiny,flat,gappy,outlying,revenue\n");
            for (int row = 0; row < rows; row++) {
                boolean seldom = random.nextDouble() < 4 * rare;
                // of each pair of actions one is logged seldom
                int action = 2 * random.nextInt(4) + (seldom ? 1 : 0);
                double huge = random.nextGaussian();
                double tiny = random.nextGaussian();
                int best = (huge > 0 ? 4 : 0) + (tiny > 0 ? 0 : 2);
                out.write(String.format(
                        Locale.ROOT,
                        "r%d,%d,%d,%s,%s,%s,7,%s,%s,%d\n",
                        row,
                        1_700_000_000_000L + row,
                        action,
                        seldom ? rare : usual,
                        1e15 * huge + 3e15,
                        1e-12 * tiny,
                        random.nextInt(10) == 0 ? "0.5" : "",
                        row % 500 == 17 ? "1e30" : "0.25",
                        random.nextDouble() < (action == best ? 0.8 : 0.2) ? 1 : 0));
            }
        }
        return logs;
    }

    private Version train(String objective, Path logs) throws InterruptedException {
        TrainingRun.Request request = new TrainingRun.Request(
                EXPERIMENT.formatted(objective).getBytes(StandardCharsets.UTF_8),
                List.of(logs.toString()),
                new RunDirectory(directory.resolve("run")),
                2,
                1,
                List.of(),
                "test");
        TrainingRun.Result result = new TrainingRun(request, snapshot -> {}).run();
        assertThat(result.lastStatus().getMetrics().getRefusedMicroBatches()).isZero();
        Version version = Version.read(registry().directory(result.lastVersion()));
        for (TensorSpec tensor : version.model().tensors()) {
            for (float weight : version.weights().values(tensor.name())) {
                assertThat(weight).as(tensor.name()).isFinite();
            }
        }
        return version;
    }

    private VersionRegistry registry() {
        return new VersionRegistry(directory.resolve("run"));
    }

    private Evaluation evaluation(Version version) {
        long number = version.manifest().version();
        return Evaluation.fromJson(registry().evaluation(number).orElseThrow(), "evaluation of version " + number);
    }

    @Test
    void numbersOfWildScaleConstantOnesGapsAndOutliersDoNotKeepItFromLearning() throws Exception {
        Version version = train("{entropy: 0.1}", log(20_000, 0.125));

        // uniform actions are rewarded in 0.275 of all requests, the right ones in 0.8
        assertThat(evaluation(version).relativeGain().low()).isGreaterThan(0.8);
    }

    @Test
    void propensitiesFarFromUniformDoNotBreakIt() throws Exception {
        Version version = train("{type: doublyRobust, entropy: 0.1}", log(20_000, 0.001));

        assertThat(evaluation(version).relativeGain().low()).isGreaterThan(0.5);
    }

    @Test
    void aLogOfAFewRowsTrainsAndSaysThatNothingCanBeJudged() throws Exception {
        Version version = train("{type: rewardLikelihood, entropy: 0}", log(40, 0.125));

        assertThat(version.manifest().step()).as("training.minSteps").isGreaterThanOrEqualTo(100);
        assertThat(evaluation(version).relativeGain().believable()).isFalse();
        assertThat(evaluation(version).relativeGain().low()).isNull();
    }
}
