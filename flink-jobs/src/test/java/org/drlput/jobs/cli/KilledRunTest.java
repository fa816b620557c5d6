package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes of {@code drlput train}: killed, interrupted, stopped, and gone on with. */
class KilledRunTest {
    private static final String YAML = """
            formatVersion: 1
            name: killed-market
            features:
              - {name: ctr_30d, type: numeric}
              - {name: country, type: categorical, vocabulary: [us, gb, de, jp, fr, br, in], dimension: 4}
            actions:
              hyperparameters:
                - {name: w_click, levels: [0, 1, 4], production: 1}
                - {name: reserve_price, levels: [0, 0.4], production: 0.4}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}, long_click: {column: long_click}}
              variants: {R0: {revenue: 1, long_click: 0.5}}
            network: {hidden: [16]}
            training: {rowsPerStep: 256, microBatches: 8, epochs: 30, checkpointIntervalMillis: 100}
            evaluation: {holdout: {share: 0.2}, minEffectiveSampleSize: 10}
            versions: {everySteps: 400}
            """;

    @TempDir
    static Path directory;

    private static Path logs;
    private static String undisturbed;

    @BeforeAll
    static void runUndisturbed() throws IOException {
        Path experiment = Files.writeString(directory.resolve("killed.yaml"), YAML);
        logs = directory.resolve("logs");
        assertThat(Cli.run(
                                "simulate",
                                "--rows",
                                "6000",
                                "--seed",
                                "3",
                                "--out",
                                logs.toString(),
                                "--experiment",
                                experiment.toString())
                        .code())
                .isZero();
        Path out = directory.resolve("undisturbed");
        assertThat(Cli.run("train", "--logs", logs.toString(), "--out", out.toString())
                        .err())
                .isEmpty();
        undisturbed = weights(out);
    }

    private static String weights(Path out) throws IOException {
        JsonNode summary =
                new ObjectMapper().readTree(out.resolve("summary.json").toFile());
        return summary.path("weightsSha256").asText();
    }

    private static Process start(String... arguments) throws IOException {
        return CliProcess.of(arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("output.txt").toFile()))
                .start();
    }

    private static long completedCheckpoints(Path out) throws IOException {
        Path checkpoints = out.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .map(file -> String.valueOf(file.getName(file.getNameCount() - 2)))
                    .mapToLong(name -> Long.parseLong(name.substring(name.indexOf('-') + 1)))
                    .max()
                    .orElse(0);
        } catch (java.io.UncheckedIOException e) {
            // one was removed meanwhile
            return 0;
        }
    }

    private static void awaitCheckpointAfter(Path out, long checkpoint, Process process) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> completedCheckpoints(out) > checkpoint || !process.isAlive());
        assertThat(process.isAlive()).as("it ran too short to be disturbed").isTrue();
    }

    private static int awaitEnd(Process process) throws InterruptedException {
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    @Test
    void aRunThatIsKilledTwiceGoesOnFromItsNewestCheckpointToTheSameBits() throws Exception {
        Path out = directory.resolve("killed");
        Process first = start("train", "--logs", logs.toString(), "--out", out.toString());
        awaitCheckpointAfter(out, 1, first);
        first.destroyForcibly();
        assertThat(awaitEnd(first)).isEqualTo(137);

        Process second = start("train", "--resume", "--out", out.toString(), "--parallelism", "1");
        awaitCheckpointAfter(out, completedCheckpoints(out), second);
        second.destroyForcibly();
        assertThat(awaitEnd(second)).isEqualTo(137);

        Process third = start("train", "--resume", "--out", out.toString(), "--parallelism", "2", "--shards", "1");
        assertThat(awaitEnd(third))
                .as(Files.readString(directory.resolve("output.txt")))
                .isZero();
        assertThat(weights(out)).isEqualTo(undisturbed);
    }

    @Test
    void controlCStopsWithASavepointAndTheRunGoesOn() throws Exception {
        Path out = directory.resolve("interrupted");
        Process run = start("train", "--logs", logs.toString(), "--out", out.toString());
        awaitCheckpointAfter(out, 0, run);
        new ProcessBuilder("kill", "-INT", String.valueOf(run.pid())).start().waitFor();
        assertThat(awaitEnd(run)).isEqualTo(DrlPut.INTERRUPTED);
        assertThat(directory.resolve("output.txt"))
                .content()
                .contains("stopping       with a savepoint; once more ends it at once")
                .contains("savepoint " + out.resolve("savepoints"))
                .contains("to go on       drlput train --resume --out " + out);

        Cli.Result resumed = Cli.run("train", "--resume", "--out", out.toString());
        assertThat(resumed.err()).isEmpty();
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("resumed        run ");
        assertThat(weights(out)).isEqualTo(undisturbed);
    }

    @Test
    void aRunStopsAfterStepsGoesOnAndThenIsFinished() throws Exception {
        Path out = directory.resolve("stopped");
        Cli.Result stopped =
                Cli.run("train", "--logs", logs.toString(), "--out", out.toString(), "--stop-after-steps", "30");
        assertThat(stopped.err()).isEmpty();
        assertThat(stopped.code()).as(stopped.err()).isZero();
        assertThat(stopped.out()).contains("stopped        at step 30 of 720; savepoint " + out.resolve("savepoints"));
        assertThat(out.resolve("summary.json")).doesNotExist();

        Cli.Result resumed = Cli.run("train", "--resume", "--out", out.toString(), "--parallelism", "3");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("at step 30, from ").contains("version        720: ");
        assertThat(weights(out)).isEqualTo(undisturbed);

        Cli.Result again = Cli.run("train", "--resume", "--out", out.toString());
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out())
                .startsWith("finished       it came to its end before; nothing is left to do\n")
                .contains("version        720: ");
    }
}
