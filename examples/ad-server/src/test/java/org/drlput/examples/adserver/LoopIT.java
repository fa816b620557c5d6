package org.drlput.examples.adserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole loop with its real programs, on days that are too short to learn much: a gate that minds nothing lets all pass. */
class LoopIT {
    private static final Path LAUNCHER =
            Path.of("..", "..", "drlput").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    @Test
    void whatTheAdServerLogsTrainsWhatItServesNextAndARollbackTakesItBack() throws Exception {
        String yaml = Files.readString(Path.of("experiment.yaml"))
                .replace("minEffectiveSampleSize: 100", "minEffectiveSampleSize: 5\n  minRewardedRows: 1")
                .replace(
                        "minRelativeGain: 0, minGainOverStable: -0.05, maxDiversity: 0.9",
                        "minRelativeGain: -1, minGainOverStable: -1, maxDiversity: 1")
                .replace("epochs: 10", "epochs: 2");
        Path experiment = Files.writeString(directory.resolve("short.yaml"), yaml);
        LoopSettings settings =
                new LoopSettings(LAUNCHER, experiment, directory.resolve("out"), 2_000, 7, 2, 1, 1, 0.1);

        Loop.Result result = Loop.run(settings);

        assertThat(result.stood()).hasSize(2);
        assertThat(result.days())
                .extracting(Day::versions)
                .extracting(Object::toString)
                .containsExactly(
                        "[-1]",
                        "[%d]".formatted(result.stood().get(0)),
                        "[%d]".formatted(result.stood().get(1)));
        assertThat(result.days().get(1).explored()).isEqualTo(2_000);
        assertThat(result.days().get(2).byPolicy()).isBetween(1_600L, 1_950L);
        assertThat(result.afterRollback().versions())
                .containsExactly(result.stood().get(0));
        assertThat(directory.resolve("out/loop.txt")).content().contains("drlput versions rollback --to");
    }
}
