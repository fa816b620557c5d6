package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, really interrupted. */
class InterruptionTest {
    @TempDir
    Path directory;

    private Process start(String... arguments) throws IOException {
        return CliProcess.of(arguments)
                .redirectError(directory.resolve("errors.txt").toFile())
                .start();
    }

    private static String awaitLine(Process process, String part) throws IOException {
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains(part)) {
                return line;
            }
        }
        throw new AssertionError("ended without a line that contains " + part);
    }

    private static int signal(Process process, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void controlCEndsACommandInOneLine() throws IOException, InterruptedException {
        Process process = start(
                "simulate",
                "--rows",
                "1000000000",
                "--seed",
                "1",
                "--out",
                directory.resolve("logs").toString());
        awaitLine(process, "simulate  ");

        int code = signal(process, "INT");

        assertThat(code).isEqualTo(DrlPut.INTERRUPTED);
        assertThat(directory.resolve("errors.txt"))
                .hasContent("interrupted: what was written stays, and is no complete run");
        assertThat(directory.resolve("logs")).doesNotExist();
    }

    @Test
    void aServerEndsCleanlyOnSigterm() throws IOException, InterruptedException {
        Path data = directory.resolve("data");
        Process process = start("server", "--shard", "0", "--shards", "1", "--data", data.toString(), "--port", "0");
        String line = awaitLine(process, "shard 0 of 1 serves on 127.0.0.1:");

        int code = signal(process, "TERM");

        assertThat(line).endsWith(", data in " + data);
        assertThat(code).isEqualTo(143);
        assertThat(Files.readString(directory.resolve("errors.txt"))).doesNotContain("\tat ");
    }

    @Test
    void aSecondServerOfTheSameShardIsRefused() throws IOException, InterruptedException {
        String data = directory.resolve("data").toString();
        Process first = start("server", "--shard", "0", "--shards", "1", "--data", data, "--port", "0");
        awaitLine(first, "serves on");

        Cli.Result second = Cli.run("server", "--shard", "0", "--shards", "1", "--data", data, "--port", "0");
        signal(first, "TERM");

        assertThat(second.code()).as(second.err()).isEqualTo(1);
        assertThat(second.err()).startsWith("error: ").contains(data);
    }
}
