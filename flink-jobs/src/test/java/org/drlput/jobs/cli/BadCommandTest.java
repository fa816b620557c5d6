package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands that are well-formed and can not be carried out: what a user sees, and that nothing was changed. */
class BadCommandTest {
    private static final String YAML = """
            formatVersion: 1
            name: small
            features: [{name: x, type: numeric}]
            actions: {hyperparameters: [{name: w, levels: [0, 1], production: 0}]}
            reward: {active: R0, outcomes: {r: {column: r}}, variants: {R0: {r: 1}}}
            training: {rowsPerStep: 64, microBatches: 8}
            """;

    @TempDir
    Path directory;

    /** Of files that every case finds. In arguments and messages {@code @} stands for their directory. */
    @BeforeEach
    void write() throws IOException {
        Files.writeString(directory.resolve("small.yaml"), YAML);
        Files.writeString(
                directory.resolve("good.csv"),
                "request_id,event_time,x,action_id,propensity,r\na,1767225600000,1,0,0.5,1\n");
        Files.writeString(directory.resolve("header.csv"), "request_id,event_time,x,action_id,propensity,r\n");
        Files.writeString(
                directory.resolve("bad.csv"),
                "request_id,event_time,x,action_id,propensity,r\na,1767225600000,1,7,0.5,1\nb,1767225600000,1,0,2,1\n");
        Files.writeString(directory.resolve("columns.csv"), "request_id,event_time,y,action_id,propensity\n");
        Files.writeString(directory.resolve("typo.yaml"), YAML.replace("features", "featurs"));
        Files.writeString(directory.resolve("a-file"), "mine");
        Files.createDirectories(directory.resolve("empty"));
        Files.createDirectories(directory.resolve("photos/first-pass"));
        Files.writeString(directory.resolve("photos/summary.txt"), "mine");
        Files.writeString(directory.resolve("photos/experiment.yaml"), "mine");
        Files.createDirectories(directory.resolve("mylogs/logs"));
        Files.writeString(directory.resolve("mylogs/logs/log.csv"), "mine");
        Files.createDirectories(directory.resolve("oldrun"));
        Files.writeString(directory.resolve("oldrun/run.json"), "{}");
        Files.createDirectories(directory.resolve("version"));
        Files.writeString(directory.resolve("version/manifest.json"), "{\"formatVersion\":9}");
    }

    private record Bad(String command, int code, String... messages) {
        @Override
        public String toString() {
            return command;
        }
    }

    static Stream<Bad> badCommands() {
        return Stream.of(
                new Bad("validate @/none.yaml", 1, "@/none.yaml: no such file, expected an experiment file"),
                new Bad("validate @/empty", 1, "@/empty: is a directory, expected an experiment file"),
                new Bad("validate @/typo.yaml", 1, "featurs", "did you mean 'features'?"),
                new Bad("validate @/small.yaml --logs @/none", 1, "@/none: there is no such file or directory"),
                new Bad("validate @/small.yaml --logs @/empty", 1, "@/empty: holds no log: expected files that end in"),
                new Bad("validate @/small.yaml --logs @/small.yaml", 1, "small.yaml"),
                new Bad("validate @/small.yaml --logs @/columns.csv", 1, "'x'", "'r'"),
                new Bad("validate @/small.yaml --logs @/bad.csv", 1, "these logs would be refused"),
                new Bad("validate @/small.yaml --logs @/header.csv", 1, "these logs would be refused"),
                new Bad(
                        "train --logs @/good.csv --out @/out",
                        1,
                        "there is no experiment",
                        "found     no --experiment, and no @/experiment.yaml",
                        "give one with --experiment"),
                new Bad("train --logs @/none --out @/out", 1, "there is no such log", "where     @/none"),
                new Bad("train --experiment @/none.yaml --logs @/good.csv --out @/out", 1, "@/none.yaml: no such file"),
                new Bad("train --experiment @/typo.yaml --logs @/good.csv --out @/out", 1, "did you mean 'features'?"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/none @/good.csv --out @/out",
                        1,
                        "there is no such log",
                        "where     @/none"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/good.csv --out @/a-file",
                        1,
                        "--out is a file",
                        "where     @/a-file"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/good.csv --out @/oldrun",
                        1,
                        "there is a run already",
                        "found     run.json"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/good.csv --out @/photos",
                        1,
                        "there is a run already",
                        "found     experiment.yaml, first-pass"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/good.csv --out @/photos --overwrite",
                        1,
                        "--overwrite deletes runs, and this is none",
                        "remove the directory by hand"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/good.csv --out @/out --parallelism 9",
                        1,
                        "--parallelism is more than there is to share",
                        "expected  1 to 8, the experiment's training.microBatches"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/good.csv --out @/out --parallelism 0",
                        2,
                        "invalid value for option '--parallelism': found '0', expected a whole number from 1 to 1000"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/good.csv --out @/out --servers localhost",
                        2,
                        "found 'localhost', expected host:port, as in 10.0.0.1:7077"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/good.csv --out @/out --servers a:1,b:99999",
                        2,
                        "found 'b:99999', expected host:port"),
                new Bad(
                        "train --experiment @/small.yaml --logs @/good.csv --out @/out --servers a:1 --shards 2",
                        2,
                        "--shards and --servers exclude each other"),
                new Bad("train --out @/out", 2, "missing --logs"),
                new Bad("demo --row 5", 2, "there is no option '--row'; did you mean '--rows'?"),
                new Bad("demo --rows -5", 2, "found '-5', expected a whole number of at least 1"),
                new Bad("demo --out @/mylogs --rows 10", 1, "there is a run already", "found     logs"),
                new Bad(
                        "demo --out @/mylogs --rows 10 --overwrite",
                        1,
                        "--overwrite deletes runs, and this is none",
                        "expected  one of run.json, summary.json"),
                new Bad("demo --out @/a-file --rows 10", 1, "--out is a file"),
                new Bad("report @/none", 1, "@/none: is no directory, expected the --out of a run"),
                new Bad("report @/a-file", 1, "@/a-file: is no directory"),
                new Bad("report @/empty", 1, "no report can be made, 5 problems", "summary.json: is missing"),
                new Bad("report @/oldrun", 1, "no report can be made", "run.json"),
                new Bad("evaluate --version @/none --logs @/good.csv --out @/out", 1, "@/none: is no directory"),
                new Bad("evaluate --version @/empty --logs @/good.csv --out @/out", 1, "manifest.json"),
                new Bad("evaluate --version @/a-file --logs @/good.csv --out @/out", 1, "@/a-file: is no directory"),
                new Bad(
                        "evaluate --version @/version --logs @/good.csv --out @/out",
                        1,
                        "manifest.json",
                        "formatVersion"),
                new Bad(
                        "evaluate --version v --logs l --out o --rows heldout",
                        2,
                        "found 'heldout', expected one of all, held-out; did you mean 'held-out'?"),
                new Bad("server --shard 2 --shards 2 --data @/data --port 0", 2, "--shard: found 2, expected 0 to 1"),
                new Bad(
                        "server --shard -1 --shards 2 --data @/data --port 0",
                        2,
                        "found '-1', expected a whole number of at least 0"),
                new Bad(
                        "server --shard 0 --shards 1 --data @/data --port 70000",
                        2,
                        "found '70000', expected a port from 0 (any) to 65535"),
                new Bad("server --shard 0 --shards 1 --data @/a-file --port 0", 1, "a-file"),
                new Bad("server --shard 0 --shards 1 --port 0", 2, "missing --data"));
    }

    @ParameterizedTest
    @MethodSource("badCommands")
    void isToldInOneBlockAndChangesNothing(Bad bad) throws IOException {
        List<String> before = content();

        Cli.Result result = Cli.run(at(bad.command()).split(" "));

        assertThat(result.code()).as(result.err()).isEqualTo(bad.code());
        assertThat(result.err().lines().findFirst().orElse("")).startsWith("error: ");
        assertThat(result.err().lines().skip(1)).allMatch(line -> line.startsWith("  "));
        assertThat(result.err()).doesNotContain("\tat ").doesNotContain("Exception");
        for (String message : bad.messages()) {
            assertThat(result.err()).contains(at(message));
        }
        assertThat(content()).isEqualTo(before);
    }

    private String at(String text) {
        return text.replace("@", directory.toString());
    }

    private List<String> content() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> file + " " + file.toFile().length() + " "
                            + file.toFile().lastModified())
                    .sorted()
                    .toList();
        }
    }
}
