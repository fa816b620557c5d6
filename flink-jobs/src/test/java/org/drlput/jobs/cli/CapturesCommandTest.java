package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.file.PathUtils;
import org.drlput.jobs.train.RunCheckpoints;
import org.drlput.server.capture.CaptureStore;
import org.drlput.server.shard.CaptureKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The captures of a run that was stopped with a savepoint, cleared away step by step. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CapturesCommandTest {
    private static final String YAML = """
            formatVersion: 1
            name: small-market
            features: [{name: ctr_30d, type: numeric}]
            actions: {hyperparameters: [{name: w_click, levels: [0, 1, 4], production: 1}]}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            network: {hidden: [4]}
            training: {rowsPerStep: 64, microBatches: 8}
            versions: {everySteps: 1000}
            """;

    @TempDir
    static Path directory;

    private static Path run;
    private static CaptureStore store;
    private static RunCheckpoints.Found savepoint;
    /** Older than the savepoint's, and no checkpoint's. */
    private static CaptureKey stray;

    @BeforeAll
    static void trainAndStop() throws IOException {
        Path experiment = Files.writeString(directory.resolve("small.yaml"), YAML);
        String logs = directory.resolve("logs").toString();
        run = directory.resolve("run");
        Cli.Result simulated = Cli.run(
                "simulate", "--rows", "4000", "--seed", "3", "--out", logs, "--experiment", experiment.toString());
        assertThat(simulated.err()).isEmpty();
        Cli.Result trained = Cli.run("train", "--logs", logs, "--out", run.toString(), "--stop-after-steps", "9");
        assertThat(trained.err()).isEmpty();
        store = new CaptureStore(run);
        savepoint = RunCheckpoints.in(run.resolve("savepoints")).get(0);
        stray = new CaptureKey(savepoint.key().run(), savepoint.key().generation(), 1);
        PathUtils.copyDirectory(store.folder(savepoint.key()), store.folder(stray));
    }

    private static Cli.Result gc(String... more) {
        List<String> line = new java.util.ArrayList<>(List.of("captures", "gc"));
        line.addAll(List.of(more));
        return Cli.run(line.toArray(String[]::new));
    }

    private static String name(CaptureKey key) {
        return "captures/" + key.run() + "/" + key.name();
    }

    @Test
    @Order(1)
    void aDryRunSaysWhatWouldGoAndWhyAndRemovesNothing() {
        Cli.Result result = gc("--checkpoints", run.resolve("savepoints").toString(), "--dry-run");

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("would remove   " + name(stray) + ": no checkpoint stands on it\n")
                .contains("keep           " + name(savepoint.key()) + ": savepoint " + savepoint.directory()
                        + " stands on it\n");
        assertThat(store.folder(stray)).isDirectory();
    }

    @Test
    @Order(2)
    void whatNoSavepointStandsOnIsRemoved() throws IOException {
        Cli.Result result = gc(
                "--checkpoints",
                run.resolve("savepoints").toString(),
                "--checkpoints",
                run.resolve("checkpoints").toString(),
                "--data",
                run.toString());

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("remove         " + name(stray) + ": no checkpoint stands on it\n");
        assertThat(store.folder(stray)).doesNotExist();
        assertThat(store.whole(stray.run())).contains(savepoint.key());
    }

    @Test
    @Order(3)
    void withoutAnyCheckpointNothingIsRemovedUnlessItIsSaid() throws IOException {
        Path none = Files.createDirectory(directory.resolve("none"));
        Cli.Result refused = gc("--checkpoints", none.toString(), "--data", run.toString());

        assertThat(refused.code()).as(refused.err()).isEqualTo(1);
        assertThat(refused.err()).isEqualTo("""
                error: there is no checkpoint of a training run
                  where     %s
                  to do     name the directory of the run's checkpoints; if they are all gone, and captures may go, add --all-runs
                """.formatted(none));
        assertThat(store.whole(stray.run())).contains(savepoint.key());

        Cli.Result all = gc("--checkpoints", none.toString(), "--data", run.toString(), "--all-runs");
        assertThat(all.err()).isEmpty();
        assertThat(store.all(stray.run())).isEmpty();
    }

    @Test
    @Order(4)
    void aDirectoryThatIsNotThereIsNamed() {
        Cli.Result result = gc("--checkpoints", directory.resolve("nowhere").toString());

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("error: --checkpoints: there is no directory " + directory.resolve("nowhere"));
    }
}
