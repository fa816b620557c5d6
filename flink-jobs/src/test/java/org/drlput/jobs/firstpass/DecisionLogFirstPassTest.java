package org.drlput.jobs.firstpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.serve.Decision;
import org.drlput.common.serve.DecisionLog;
import org.drlput.common.serve.DecisionLogOptions;
import org.drlput.common.serve.DecisionLogOptions.Rows;
import org.drlput.common.serve.Exploration;
import org.drlput.common.serve.LoggedDecision;
import org.drlput.common.serve.PolicyClient;
import org.drlput.common.serve.PolicyClientOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an ad server logs is what the next run trains on. */
class DecisionLogFirstPassTest {
    private static final String YAML = """
        formatVersion: 1
        name: served
        log: {actionColumns: {w: w_served, v: v_served}, userId: user}
        features:
          - {name: x, type: numeric, missing: mean}
          - {name: user, type: categorical, hashBuckets: 100, dimension: 4}
          - {name: tags, type: multiCategorical, hashBuckets: 100, dimension: 4}
        actions:
          behaviour: logged
          hyperparameters:
            - {name: w, levels: [0, 0.1, 0.7], production: 0.1}
            - {name: v, levels: [1, 2], production: 1}
        reward:
          active: R0
          outcomes:
            revenue: {column: revenue}
            conversion: {column: conversion, delayColumn: delay_ms, windowMillis: 1000}
          variants: {R0: {revenue: 2, conversion: 1}}
        training: {rowsPerStep: 64, microBatches: 8}
        evaluation: {holdout: {share: 0.2, salt: s, maxRows: 1500}}
        """;

    private static final int ROWS = 3000;

    @TempDir
    Path directory;

    private final Experiment experiment = ExperimentLoader.parse(YAML, "served.yaml");

    private static Map<String, Object> features(int i) {
        Map<String, Object> features = new HashMap<>();
        features.put("x", i % 10 == 0 ? null : (Object) (i * 0.5));
        features.put("user", "user-" + i % 50);
        features.put("tags", List.of("a", "b").subList(0, i % 3 == 0 ? 0 : 1));
        return features;
    }

    /** Serves before there is any version: the manual setting, and exploration around it. */
    private List<Decision> serve(Path logs, Rows rows) throws IOException {
        Files.createDirectories(directory.resolve("registry"));
        Path file = Files.writeString(directory.resolve("served.yaml"), YAML);
        PolicyClientOptions options = PolicyClientOptions.directory(directory.resolve("registry"))
                .withManual(file)
                .withExploration(Exploration.share(0.4));
        List<Decision> decisions = new ArrayList<>();
        try (PolicyClient client = PolicyClient.follow("latest", options);
                DecisionLog log = DecisionLog.open(
                        DecisionLogOptions.in(logs).withRows(rows).withRowsPerFile(1000))) {
            for (int i = 0; i < ROWS; i++) {
                Decision decision = client.decide("r" + i, features(i));
                decisions.add(decision);
                log.offer(new LoggedDecision(
                        "r" + i,
                        Instant.ofEpochMilli(1_767_225_600_000L + i),
                        "user-" + i % 50,
                        features(i),
                        decision,
                        Map.of("revenue", i % 7 * 1.0, "conversion", i % 5 == 0 ? 1.0 : 0.0),
                        i % 5 == 0 ? Map.of("conversion", 500L) : Map.of()));
            }
        }
        return decisions;
    }

    private FirstPassResult firstPass(Path logs) {
        return new FirstPass(experiment, "cafe")
                .run(List.of(logs), directory.resolve("first-pass"), (rows, bytes, total) -> {})
                .result();
    }

    @Test
    void everyRowOfTheMixtureTrainsWithItsPropensity() throws IOException {
        List<Decision> decisions = serve(directory.resolve("logs"), Rows.ALL);

        FirstPassResult result = firstPass(directory.resolve("logs"));
        assertThat(result.rows()).isEqualTo(ROWS);
        assertThat(result.rejected()).isEmpty();
        assertThat(result.warnings()).isEmpty();
        assertThat(Objects.requireNonNull(result.numeric().get("x")).missing()).isPositive();
        // the mixture: 0.4 uniform over 6 actions, the rest the manual setting
        assertThat(result.minPropensity()).isCloseTo(0.4 / 6, within(1e-12));
        assertThat(result.maxPropensity()).isCloseTo(0.4 / 6 + 0.6, within(1e-12));
        long[] counts = new long[6];
        decisions.forEach(decision -> counts[decision.actionId()]++);
        for (int a = 0; a < counts.length; a++) {
            assertThat(result.actionCounts().get(a)).isEqualTo(counts[a]);
        }
        assertThat(result.firstEventTime()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void exploredRowsAloneAreAUniformLog() throws IOException {
        List<Decision> decisions = serve(directory.resolve("logs"), Rows.EXPLORED);

        FirstPassResult result = firstPass(directory.resolve("logs"));
        long explored = decisions.stream().filter(Decision::explored).count();
        assertThat(result.rows()).isEqualTo(explored);
        assertThat(result.rejected()).isEmpty();
        assertThat(result.minPropensity()).isEqualTo(1.0 / 6);
        assertThat(result.maxPropensity()).isEqualTo(1.0 / 6);
        assertThat(result.meanInversePropensityOverActions()).isCloseTo(1, within(1e-12));
    }
}
