package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.drlput.common.simulate.Truth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {
    @TempDir
    Path directory;

    private static Cli.Result simulate(Path out, String... more) {
        return Cli.run(Stream.concat(
                        Stream.of("simulate", "--rows", "1_000", "--seed", "7", "--out", out.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void writesLogsExperimentAndTruthThatValidateAccepts() throws IOException {
        Path out = directory.resolve("logs");

        Cli.Result result = simulate(out, "--format", "CSV");

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).as(result.err()).isZero();
        Truth truth = Truth.read(out.resolve("truth.json"));
        assertThat(result.out())
                .contains("simulated   1,000 rows, seed 7, in " + out)
                .contains("oracle %.4f".formatted(truth.oracle()));
        assertThat(out.resolve("log-00000.csv")).exists();
        Cli.Result validated =
                Cli.run("validate", out.resolve("experiment.yaml").toString(), "--logs", out.toString());
        assertThat(validated.code()).as(validated.err()).isZero();
        assertThat(validated.out()).contains("rows       1,000: ");
    }

    @Test
    void aDirectoryThatIsInUseIsLeftAsItIs() throws IOException {
        Path mine = Files.writeString(directory.resolve("mine.txt"), "mine");

        Cli.Result result = simulate(directory);

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("error: %s: is not empty, it holds mine.txt: remove it or give another directory\n"
                        .formatted(directory));
        assertThat(mine).hasContent("mine");
    }

    @Test
    void anExperimentThatTheMarketDoesNotHaveIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path out = directory.resolve("logs");
        Path experiment = Files.writeString(directory.resolve("other.yaml"), """
                formatVersion: 1
                name: other
                features: [{name: height, type: numeric}]
                actions: {hyperparameters: [{name: w_click, levels: [0, 1], production: 0}]}
                reward: {active: R0, outcomes: {r: {column: revenue}}, variants: {R0: {r: 1}}}
                """);

        Cli.Result result = simulate(out, "--experiment", experiment.toString());

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.err())
                .startsWith(
                        "error: experiment 'other' does not fit the simulated market: 1 problem\n  feature 'height'");
        assertThat(out).doesNotExist();
    }

    @Test
    void anotherLogOfTheSameMarketHasOtherRequestsAndTheSameTruth() throws IOException {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        simulate(first, "--format", "csv");
        simulate(second, "--format", "csv", "--log", "1");

        assertThat(Files.readAllLines(second.resolve("log-00000.csv")))
                .hasSize(1_001)
                .doesNotContainAnyElementsOf(
                        Files.readAllLines(first.resolve("log-00000.csv")).subList(1, 1_001));
        assertThat(Truth.read(second.resolve("truth.json"))).isEqualTo(Truth.read(first.resolve("truth.json")));
    }

    @Test
    void aMarketThatDriftsKnowsTheWeekday() throws IOException {
        Path drifting = directory.resolve("drifting");
        Path still = directory.resolve("still");

        Cli.Result result =
                simulate(drifting, "--drift", "0.5", "--format", "csv", "--experiment", "../examples/season.yaml");
        simulate(still, "--format", "csv", "--experiment", "../examples/season.yaml");
        Cli.Result tooFar = simulate(directory.resolve("far"), "--drift", "3");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(Files.readAllLines(drifting.resolve("log-00000.csv")).get(0)).contains(",weekday,");
        assertThat(Files.readString(drifting.resolve("log-00000.csv")))
                .isNotEqualTo(Files.readString(still.resolve("log-00000.csv")));
        assertThat(Truth.read(drifting.resolve("truth.json")).marketSha256())
                .as("its truth can not be taken for that of the market without drift")
                .isNotEqualTo(Truth.read(still.resolve("truth.json")).marketSha256());
        assertThat(tooFar.code()).isEqualTo(1);
        assertThat(tooFar.err()).startsWith("error: drift: found 3.0, expected 0 to 2.0");
    }

    @Test
    void aMissingExperimentIsTold() {
        Cli.Result result = simulate(directory.resolve("logs"), "--experiment", "nope.yaml");

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).startsWith("error: nope.yaml: 1 problem\n  nope.yaml: no such file");
    }
}
