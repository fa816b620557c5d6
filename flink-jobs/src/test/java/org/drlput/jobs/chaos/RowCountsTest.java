package org.drlput.jobs.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.chaos.CountingLogs.Row;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.TrainingRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowCountsTest {
    private static final int ROWS = 20_480;
    private static final long SEED = 3;

    @TempDir
    Path directory;

    private RowCounts trained(String mode, List<Row> rows) throws IOException, InterruptedException {
        Path out = directory.resolve("run");
        new TrainingRun(
                        new TrainingRun.Request(
                                Files.readAllBytes(directory.resolve("experiment.yaml")),
                                List.of(directory.resolve("log.csv").toString()),
                                new RunDirectory(out),
                                2,
                                2,
                                List.of(),
                                "test"),
                        snapshot -> {})
                .run();
        VersionRegistry registry = new VersionRegistry(out);
        long last = registry.versions().get(registry.versions().size() - 1);
        return RowCounts.of(registry.directory(last), rows, mode, SEED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"step"})
    void everyRowCountsOnceInEveryMode(String mode) throws IOException, InterruptedException {
        List<Row> rows = CountingLogs.write(directory, ROWS, mode, SEED);

        RowCounts counts = trained(mode, rows);

        assertThat(counts.exact()).as(counts.toString()).isTrue();
        assertThat(counts.leastQuotient()).isGreaterThan(0.6);
        assertThat(counts.mostQuotient()).isLessThan(1.4);
    }

    @Test
    void aRowThatIsMissingAndOneThatIsThereTwiceAreFound() throws IOException, InterruptedException {
        List<Row> rows = CountingLogs.write(directory, ROWS, "step", SEED);
        int lost = training(rows, 100);
        int doubled = training(rows, 200);
        List<String> lines = new ArrayList<>(Files.readAllLines(directory.resolve("log.csv")));
        // an id that is not held out either: that of the lost row, with all that the doubled one is
        String copy = lines.get(1 + doubled).replaceFirst("^r" + doubled + ",", "r" + lost + ",");
        lines.set(1 + lost, copy);
        Files.write(directory.resolve("log.csv"), lines);

        RowCounts counts = trained("step", rows);

        assertThat(counts.exact()).isFalse();
        assertThat(counts.lost()).isEqualTo(1);
        assertThat(counts.doubled()).isEqualTo(1);
        assertThat(counts.firstWrong()).matches("row " + lost + " was applied 0 times \\(-?0\\.\\d\\d\\), expected 1");
    }

    private static int training(List<Row> rows, int from) {
        int row = from;
        while (!rows.get(row).trains()) {
            row++;
        }
        return row;
    }
}
