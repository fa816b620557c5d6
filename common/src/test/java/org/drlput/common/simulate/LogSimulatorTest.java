package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.LogInputs;
import org.drlput.common.log.LogSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LogSimulatorTest {
    /** A grid of 6 actions, whose truth takes no time. */
    private static final Experiment SMALL = SimulatedLogs.small();

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(SimulatedFormat.class)
    void everyFormatReadsBackAsTheRowsThatWereMade(SimulatedFormat format) {
        Path out = directory.resolve("logs");
        long rows = 2 * Block.MAX_ROWS + 1000;
        SimulatedLogs.simulate(out, rows, 3, format);

        List<Block> read = SimulatedLogs.read(SMALL, LogSchema.explorationLog(SMALL), out);

        MarketLog log = MarketLog.of(Market.of(SMALL, 3), 0);
        assertThat(Arrays.deepEquals(SimulatedLogs.content(read), SimulatedLogs.content(log.blocks(rows))))
                .isTrue();
    }

    @Test
    void aLogStandsBesideItsExperimentTruthAndTraffic() {
        Path out = directory.resolve("parent/logs");
        SimulatedLogs.simulate(out, 300_000, 1, SimulatedFormat.ARROW);

        assertThat(SimulatedLogs.hashes(out).keySet())
                .containsExactly(
                        "all-traffic.arrow", "experiment.yaml", "log-00000.arrow", "log-00001.arrow", "truth.json");
        assertThat(out.resolve("experiment.yaml")).hasBinaryContent(LogSimulator.defaultExperiment());
        assertThat(out.resolveSibling(".logs.partial")).doesNotExist();
    }

    @Test
    void theDefaultExperimentIsTheOneInTheExamples() {
        assertThat(Path.of("../examples/demo.yaml")).hasBinaryContent(LogSimulator.defaultExperiment());
    }

    @Test
    void trafficHasTheFeaturesOfOtherRequestsAndNothingElse() {
        Path out = directory.resolve("logs");
        SimulatedLogs.simulate(out, 1000, 1, SimulatedFormat.CSV);

        assertThat(out.resolve("all-traffic.csv"))
                .content()
                .startsWith("ctr_30d,activity,session_depth,hour,country,device,user,interests\n");
        Experiment experiment = SimulatedLogs.experiment();
        List<Block> traffic =
                SimulatedLogs.read(experiment, LogSchema.allTraffic(experiment), out.resolve("all-traffic.csv"));
        Block log =
                MarketLog.of(SimulatedLogs.market(1), 0).blocks(1000).iterator().next();
        assertThat(traffic.get(0).rowCount()).isEqualTo(1000);
        assertThat(traffic.get(0).numeric()[0]).isNotEqualTo(log.numeric()[0]);
    }

    @ParameterizedTest
    @EnumSource(
            value = SimulatedFormat.class,
            names = {"ARROW", "CSV"})
    void theSameBytesFromAnyNumberOfThreads(SimulatedFormat format) {
        Path one = directory.resolve("one");
        Path five = directory.resolve("five");
        simulate(one, format, 1);
        simulate(five, format, 5);

        assertThat(SimulatedLogs.hashes(five)).isEqualTo(SimulatedLogs.hashes(one));
    }

    private static void simulate(Path out, SimulatedFormat format, int threads) {
        LogSimulator.simulate(
                SMALL,
                LogSimulator.defaultExperiment(),
                new LogSimulator.Settings(100_000, 2, format, out),
                (written, total) -> {},
                threads);
    }

    @Test
    void progressEndsAtAllRows() {
        List<String> told = new ArrayList<>();
        LogSimulator.simulate(
                SMALL,
                LogSimulator.defaultExperiment(),
                new LogSimulator.Settings(40_000, 1, SimulatedFormat.ARROW, directory.resolve("logs")),
                (written, total) -> told.add(written + " of " + total));

        assertThat(told).containsExactly("16384 of 40000", "32768 of 40000", "40000 of 40000");
    }

    @Test
    void aDirectoryThatIsNotEmptyIsRefusedAndLeftAlone() throws IOException {
        Path note = Files.writeString(directory.resolve("note.txt"), "mine");

        assertThatThrownBy(() -> SimulatedLogs.simulate(directory, 1000, 1, SimulatedFormat.ARROW))
                .isInstanceOf(SimulationException.class)
                .hasMessage(directory + ": is not empty, it holds note.txt: remove it or give another directory");
        assertThat(SimulatedLogs.hashes(directory)).containsOnlyKeys("note.txt");
        assertThatThrownBy(() -> SimulatedLogs.simulate(note, 1000, 1, SimulatedFormat.ARROW))
                .hasMessage(note + ": is a file: expected a directory that is empty or does not exist");
    }

    @Test
    void anEmptyDirectoryIsFilled() throws IOException {
        Path out = Files.createDirectory(directory.resolve("logs"));

        simulate(out, SimulatedFormat.ARROW, 1);

        assertThat(out.resolve("truth.json")).exists();
    }

    @Test
    void aRunThatFailsLeavesNothing() {
        Path out = directory.resolve("logs");

        assertThatThrownBy(() -> LogSimulator.simulate(
                        SMALL,
                        LogSimulator.defaultExperiment(),
                        new LogSimulator.Settings(100_000, 1, SimulatedFormat.ARROW, out),
                        (written, total) -> {
                            if (written > 50_000) {
                                throw new UncheckedIOException(new IOException("No space left on device"));
                            }
                        }))
                .isInstanceOf(SimulationException.class)
                .hasMessageStartingWith(
                        out + ": the log can not be written, nothing was left there: No space left on device");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anInterruptEndsItAndLeavesNothing() {
        Path out = directory.resolve("logs");
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> simulate(out, SimulatedFormat.ARROW, 1))
                .isInstanceOf(SimulationException.class)
                .hasMessageContaining("nothing was left there");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatAKilledRunLeftIsReplacedAndNoLogMeanwhile() throws IOException {
        Path left = Files.createDirectories(directory.resolve(".logs.partial/old"));
        Files.writeString(left.resolve("log-00000.csv"), "half a l");
        assertThat(LogInputs.isLog(".logs.partial/old/log-00000.csv")).isFalse();

        simulate(directory.resolve("logs"), SimulatedFormat.CSV, 2);

        assertThat(directory.resolve(".logs.partial")).doesNotExist();
        assertThat(SimulatedLogs.hashes(directory.resolve("logs"))).doesNotContainKey("old/log-00000.csv");
    }

    @Test
    void fewerThanOneRowIsRefused() {
        assertThatThrownBy(() -> new LogSimulator.Settings(0, 1, SimulatedFormat.ARROW, directory))
                .isInstanceOf(SimulationException.class)
                .hasMessage("rows: found 0, expected at least 1");
    }
}
