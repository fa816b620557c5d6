package org.drlput.server;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.client.RunFence;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.log.FirstPassResult.RewardStatistics;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.OpenRequest;

/** A run to test with: its experiment, a first pass that fits, and the messages that open it. */
public record TestRun(String name, byte[] experimentYaml, byte[] firstPass) {
    public static final String KERNEL = "plain";
    public static final String TRAINING = "{rowsPerStep: 64, microBatches: 8, window: 2, seed: 5}";

    private static final String YAML = """
            formatVersion: 1
            name: test
            features:
              - {name: ctr, type: numeric}
              - {name: hour, type: numeric, period: 24}
              - {name: country, type: categorical, vocabulary: [us, de, fr], dimension: 3}
              - {name: user, type: categorical, hashBuckets: 101, dimension: 4}
            actions:
              hyperparameters:
                - {name: w_click, levels: [0, 0.5, 1, 2], production: 1}
                - {name: reserve_price, levels: [0, 0.1], production: 0}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            network: {hidden: [7, 5]}
            """;

    /** A small model; {@code steps} of 64 rows in 8 micro-batches. */
    public static TestRun of(String name, long steps, String optimizer, int versionEverySteps) {
        return of(name, steps, TRAINING, optimizer, versionEverySteps);
    }

    public static TestRun of(String name, long steps, String training, String optimizer, int versionEverySteps) {
        String yaml = YAML + "training: " + training + "\noptimizer: " + optimizer + "\nversions: {everySteps: "
                + versionEverySteps + "}\n";
        return of(name, yaml, steps);
    }

    /** Any experiment, with as many rows as fill so many steps. */
    public static TestRun of(String name, String yaml, long steps) {
        byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
        Experiment experiment = ExperimentLoader.parse(yaml, name);
        long rows = steps * experiment.training().rowsPerStep();
        Map<String, NumericStatistics> statistics = new LinkedHashMap<>();
        experiment.features().forEach(feature -> {
            if (feature instanceof Numeric) {
                statistics.put(feature.name(), new NumericStatistics(1.5, 2, 0, 9, 0));
            }
        });
        FirstPassResult result = new FirstPassResult(
                1,
                ExperimentLoader.sha256(bytes),
                rows,
                rows - 7,
                5,
                Map.of("propensityRange", 2L),
                List.of(),
                List.of(),
                statistics,
                new RewardStatistics(0.5, 1.25, 0.5),
                List.of(),
                0,
                0.125,
                0.125,
                1,
                "2026-01-01T00:00:00Z",
                "2026-01-02T00:00:00Z",
                List.of(),
                0,
                List.of());
        return new TestRun(name, bytes, FirstPassFile.bytes(result));
    }

    public Experiment experiment() {
        return ExperimentLoader.parse(experimentYaml, name);
    }

    public List<TensorSpec> tensors() {
        return ModelSpec.of(experiment()).tensors();
    }

    public OpenRequest openRequest(long generation, long nonce, int shardCount) {
        return OpenRequest.newBuilder()
                .setRun(name)
                .setGeneration(generation)
                .setNonce(nonce)
                .setShardCount(shardCount)
                .setExperimentSha256(ExperimentLoader.sha256(experimentYaml))
                .setFirstPassSha256(ExperimentLoader.sha256(firstPass))
                .setKernel(KERNEL)
                .setExperiment(ByteString.copyFrom(experimentYaml))
                .setFirstPass(ByteString.copyFrom(firstPass))
                .build();
    }

    public RunFence fence(long generation, List<OpenReply> opened) {
        return new RunFence(
                name,
                generation,
                opened.stream().map(OpenReply::getIncarnation).toList(),
                ExperimentLoader.sha256(experimentYaml),
                KERNEL);
    }
}
