package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
    private static final String YAML = """
            formatVersion: 1
            name: small
            log: {maxRejectedShare: 0.25}
            features:
              - {name: x, type: numeric}
            actions:
              hyperparameters:
                - {name: w, levels: [0, 1, 2, 3], groups: 2, production: 1}
                - {name: v, tiedTo: w, levels: [0, 10, 20, 30], production: 10}
            reward:
              active: R0
              outcomes: {sale: {column: sale, delayColumn: sale_ms, windowMillis: 172800000}}
              variants: {R0: {sale: 2}}
            network: {hidden: [4]}
            training: {rowsPerStep: 64, microBatches: 8}
            """;
    private static final String HEADER = "request_id,event_time,x,action_id,propensity,sale,sale_ms\n";

    @TempDir
    Path directory;

    private Path experiment;

    @BeforeEach
    void write() throws IOException {
        experiment = Files.writeString(directory.resolve("small.yaml"), YAML);
    }

    private Path logs(String rows) throws IOException {
        return Files.writeString(directory.resolve("log.csv"), HEADER + rows);
    }

    private static String rows(int count, String propensity) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("r%d,%d,%d,%d,%s,%d,\n".formatted(i, 1_767_225_600_000L + i, i % 7, i % 2, propensity, i % 3));
        }
        return text.toString();
    }

    @Test
    void printsGridWithSizesAndOneDecodedAction() {
        Cli.Result result = Cli.run("validate", experiment.toString());

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("experiment small, in " + experiment)
                .contains("reward     R0 = 2 x sale")
                .contains("outcome    sale: column sale, counts if sale_ms is at most 2 days")
                .contains("4^2 = 16 combinations of levels -> 2^2 = 4 of groups -> 2 with ties -> 2 actions")
                .contains("the manual setting: w 1, v 10")
                .contains("1 inputs -> 4 -> 2 actions, batch norm; 30 weights, 0 of them embeddings")
                .contains("(assumed: no logs were given)")
                .contains("rows/s a core, measured on micro-batches of this network")
                .endsWith("The experiment is valid. Check it against logs with --logs.\n");
    }

    @Test
    void auditsLogsAndWritesNothing() throws IOException {
        Path logs = logs(rows(1000, "0.5"));

        Cli.Result result = Cli.run("validate", experiment.toString(), "--logs", logs.toString());

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("rows       1,000: ")
                .contains("actions    2: each logged 500 to 500 times, 0 never")
                .contains("steps      16 of 64 rows: 1,000 rows, 1 epoch; 1 versions")
                .endsWith("The experiment is valid, and these logs can be trained on.\n");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(experiment, logs);
        }
    }

    @Test
    void propensitiesThatAreNotUniformAreAWarning() throws IOException {
        Path logs = logs(rows(100, "0.4"));

        Cli.Result result = Cli.run("validate", experiment.toString(), "--logs", logs.toString());

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("warning    behaviour is declared uniform, but 100 of 100 rows");
    }

    @Test
    void logsThatWouldBeRefusedFail() throws IOException {
        Path logs = logs(rows(10, "0.5") + rows(10, "1.5"));

        Cli.Result result = Cli.run("validate", experiment.toString(), "--logs", logs.toString());

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.out())
                .contains("bad rows   propensityRange 10")
                .contains("verdict    these logs would be refused");
        assertThat(result.err())
                .isEqualTo("error: %s: these logs would be refused\n  to do     see the section 'logs' above\n"
                        .formatted(logs));
    }

    @Test
    void missingColumnsAreToldAtOnce() throws IOException {
        Path logs = Files.writeString(directory.resolve("log.csv"), "request_id,event_time,y,action_id,propensity\n");

        Cli.Result result = Cli.run("validate", experiment.toString(), "--logs", logs.toString());

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("error: ")
                .contains("'x'")
                .contains("'sale'")
                .contains("'sale_ms'");
    }
}
