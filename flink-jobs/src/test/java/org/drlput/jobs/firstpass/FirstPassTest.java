package org.drlput.jobs.firstpass;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockStore;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.log.FirstPassResult.InputFile;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.log.HoldoutSplit;
import org.drlput.common.log.LogException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstPassTest {
    private static final String YAML = """
            formatVersion: 1
            name: test
            log: {maxRejectedShare: 0.01}
            features:
              - {name: x, type: numeric, missing: mean}
              - {name: country, type: categorical, vocabulary: [us, de], dimension: 4}
              - {name: tags, type: multiCategorical, hashBuckets: 100, dimension: 4}
            actions:
              behaviour: uniform
              hyperparameters:
                - {name: w, levels: [0, 1, 2, 3], production: 1}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 2}}
            training: {rowsPerStep: 64, microBatches: 8}
            evaluation: {holdout: {share: 0.2, salt: s, maxRows: 1500}}
            """;

    private static final String HEADER = "request_id,event_time,x,country,tags,action_id,propensity,revenue\n";
    private static final FirstPass.Progress SILENT = (rows, bytes, total) -> {};

    @TempDir
    Path directory;

    private final Experiment experiment = ExperimentLoader.parse(YAML, "test.yaml");
    private final HoldoutSplit split = new HoldoutSplit(experiment.evaluation().holdout());

    private Path out() {
        return directory.resolve("first-pass");
    }

    private FirstPassFile.Loaded run(Path... logs) {
        return new FirstPass(experiment, "cafe").run(List.of(logs), out(), SILENT);
    }

    private Path log(String name, String text) throws IOException {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        return Files.writeString(logs.resolve(name), HEADER + text);
    }

    private static String row(int i, Random random) {
        return "r%d,%d,%s,%s,%s,%d,0.25,%s\n"
                .formatted(
                        i,
                        1_767_225_600_000L + i,
                        random.nextInt(10) == 0 ? "" : Float.toString((float) random.nextGaussian() * 3 + 100),
                        random.nextBoolean() ? "us" : "fr",
                        "a|b".substring(0, random.nextInt(2) * 2 + 1),
                        random.nextInt(4),
                        Float.toString(random.nextFloat()));
    }

    /** Rows from, from + 1, ... to - 1. */
    private static String rows(int from, int to) {
        Random random = new Random(from);
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(row(i, random));
        }
        return text.toString();
    }

    private void writeTwoFiles() throws IOException {
        log("a.csv", rows(0, 20_000));
        log("b.csv", rows(20_000, 45_000) + "bad,0,1,us,a,4,0.25,1\nbad2,0,1,us,a,1,1.5,1\n");
    }

    private List<Block> blocks(FirstPassResult result) {
        List<Block> blocks = new ArrayList<>();
        try (BlockStore store = BlockStore.open(out(), experiment, result)) {
            for (long i = 0; i < store.blockCount(); i++) {
                blocks.add(store.read(i));
            }
        }
        return blocks;
    }

    @Test
    void everyRowIsCountedOnceAndKeepsItsPlace() throws IOException {
        writeTwoFiles();

        FirstPassResult result = run(directory.resolve("logs")).result();

        assertThat(result.rows()).isEqualTo(45_002);
        assertThat(result.rejected())
                .containsExactly(java.util.Map.entry("actionRange", 1L), java.util.Map.entry("propensityRange", 1L));
        assertThat(result.trainedRows() + result.heldOutRows() + result.rejectedRows())
                .isEqualTo(45_002);
        assertThat(result.inputs()).extracting(InputFile::name).containsExactly("a.csv", "b.csv");
        assertThat(result.inputs()).extracting(InputFile::rows).containsExactly(20_000L, 25_002L);
        assertThat(result.firstEventTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(result.lastEventTime()).isEqualTo("2026-01-01T00:00:44.999Z");
        assertThat(result.actionCounts().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(45_000);
        assertThat(result.meanInversePropensityOverActions()).isCloseTo(1, within(1e-12));
        assertThat(result.warnings()).isEmpty();
        List<Block> blocks = blocks(result);
        assertThat(blocks).extracting(Block::rowCount).containsExactly(16_384, 16_384, 45_002 - 32_768);
        for (int i = 0; i < 45_000; i++) {
            byte state = blocks.get(i / Block.MAX_ROWS).rowState()[i % Block.MAX_ROWS];
            assertThat(state == Block.HELD_OUT).isEqualTo(split.holdsOut(split.hash("r" + i), 0));
        }
        assertThat(blocks.get(2).rowState()).endsWith(Block.REJECTED, Block.REJECTED);
    }

    @Test
    void statisticsAreThoseOfTheTrainingRows() throws IOException {
        writeTwoFiles();

        FirstPassResult result = run(directory.resolve("logs")).result();

        double n = 0;
        double present = 0;
        double sum = 0;
        double sumReward = 0;
        for (Block block : blocks(result)) {
            for (int i = 0; i < block.rowCount(); i++) {
                if (block.rowState()[i] == Block.TRAIN) {
                    n++;
                    sumReward += 2 * block.outcomes()[0][i];
                    float value = block.numeric()[0][i];
                    present += Float.isNaN(value) ? 0 : 1;
                    sum += Float.isNaN(value) ? 0 : value;
                }
            }
        }
        double squares = 0;
        for (Block block : blocks(result)) {
            for (int i = 0; i < block.rowCount(); i++) {
                float value = block.numeric()[0][i];
                if (block.rowState()[i] == Block.TRAIN && !Float.isNaN(value)) {
                    squares += (value - sum / present) * (value - sum / present);
                }
            }
        }
        assertThat(result.trainedRows()).isEqualTo((long) n);
        NumericStatistics x = requireNonNull(result.numeric().get("x"));
        assertThat(x.missing()).isEqualTo((long) (n - present));
        // float64 sums in another order
        assertThat(x.mean()).isCloseTo(sum / present, within(1e-10));
        assertThat(x.deviation()).isCloseTo(Math.sqrt(squares / present), within(1e-10));
        assertThat(result.reward().mean()).isCloseTo(sumReward / n, within(1e-12));
    }

    @Test
    void theHoldOutSampleIsTheRowsWithTheSmallestHashesInOrder() throws IOException {
        writeTwoFiles();

        FirstPassResult result = run(directory.resolve("logs")).result();

        List<Integer> heldOut = new ArrayList<>();
        for (int i = 0; i < 45_000; i++) {
            if (split.holdsOut(split.hash("r" + i), 0)) {
                heldOut.add(i);
            }
        }
        heldOut.sort(Comparator.comparing(i -> split.hash("r" + i), Long::compareUnsigned));
        TreeSet<Integer> expected = new TreeSet<>(heldOut.subList(0, 1500));
        List<Block> all = blocks(result);
        List<Block> sample = new ArrayList<>();
        try (BlockStore store = BlockStore.open(out(), experiment, result.holdoutFiles())) {
            for (long i = 0; i < store.blockCount(); i++) {
                sample.add(store.read(i));
            }
        }
        assertThat(result.holdoutSampleRows()).isEqualTo(1500);
        assertThat(sample).extracting(Block::rowCount).containsExactly(1500);
        int at = 0;
        for (int i : expected) {
            Block from = all.get(i / Block.MAX_ROWS);
            int row = i % Block.MAX_ROWS;
            assertThat(sample.get(0).outcomes()[0][at]).isEqualTo(from.outcomes()[0][row]);
            assertThat(sample.get(0).categorical()[0][at]).isEqualTo(from.categorical()[0][row]);
            assertThat(sample.get(0).bagOffsets()[0][at + 1] - sample.get(0).bagOffsets()[0][at])
                    .isEqualTo(from.bagOffsets()[0][row + 1] - from.bagOffsets()[0][row]);
            assertThat(sample.get(0).rowState()[at]).isEqualTo(Block.HELD_OUT);
            at++;
        }
    }

    @Test
    void theSameLogsGiveTheSameBytesAgain() throws IOException {
        writeTwoFiles();
        FirstPassFile.Loaded first = run(directory.resolve("logs"));
        byte[] block = Files.readAllBytes(out().resolve("blocks-00000.arrow"));

        FirstPassFile.Loaded second = run(directory.resolve("logs"));

        assertThat(second).isEqualTo(first);
        assertThat(Files.readAllBytes(out().resolve("blocks-00000.arrow"))).isEqualTo(block);
        assertThat(FirstPassFile.read(out())).isEqualTo(first);
        assertThat(first.sha256())
                .isEqualTo(ExperimentLoader.sha256(Files.readAllBytes(out().resolve("first-pass.json"))));
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("first-pass", "logs");
        }
    }

    @Test
    void badRowsAreInTheQuarantineWithTheirReason() throws IOException {
        writeTwoFiles();

        FirstPassResult result = run(directory.resolve("logs")).result();

        assertThat(result.quarantinedRows()).isEqualTo(2);
        assertThat(Files.readString(out().resolve("quarantine.jsonl"))).isEqualTo("""
                        {"file":"b.csv","row":25001,"requestId":"bad","cause":"actionRange","column":"action_id","found":"4: expected 0 to 3"}
                        {"file":"b.csv","row":25002,"requestId":"bad2","cause":"propensityRange","column":"propensity","found":"1.5: expected more than 0 and at most 1"}
                        """.stripTrailing());
    }

    @Test
    void tooManyBadRowsFailWithCountsExamplesAndTheQuarantineAndLeaveTheOldResult() throws IOException {
        writeTwoFiles();
        FirstPassFile.Loaded old = run(directory.resolve("logs"));
        Path bad = log("z.csv", rows(0, 90) + "q,0,1,us,a,1,0,1\n".repeat(8) + "q,0,1,us,a,,1,1\n".repeat(2));

        assertThatThrownBy(() -> run(bad)).isInstanceOf(LogException.class).hasMessage("""
                        10 of 100 rows are bad (10.0 %%), more than log.maxRejectedShare allows (1.00 %%): propensityRange 8, actionNull 2
                          z.csv row 91: propensityRange: column 'propensity' is 0.0: expected more than 0 and at most 1
                          z.csv row 92: propensityRange: column 'propensity' is 0.0: expected more than 0 and at most 1
                          z.csv row 93: propensityRange: column 'propensity' is 0.0: expected more than 0 and at most 1
                          z.csv row 94: propensityRange: column 'propensity' is 0.0: expected more than 0 and at most 1
                          z.csv row 95: propensityRange: column 'propensity' is 0.0: expected more than 0 and at most 1
                          the bad rows are in %s""".formatted(
                        directory.resolve("first-pass.rejected/quarantine.jsonl")));
        assertThat(Files.readAllLines(directory.resolve("first-pass.rejected/quarantine.jsonl")))
                .hasSize(10);
        assertThat(FirstPassFile.read(out())).isEqualTo(old);
        assertThat(directory.resolve("first-pass.partial")).doesNotExist();
    }

    @Test
    void theQuarantineHoldsAtMostSoManyRowsWhileCountsAreExact() throws IOException {
        Experiment tolerant =
                ExperimentLoader.parse(YAML.replace("maxRejectedShare: 0.01", "maxRejectedShare: 1"), "t");
        int bad = Quarantine.MAX_ROWS + 7;
        Path log = log("a.csv", rows(0, 100) + "q,0,1,us,a,1,0,1\n".repeat(bad));

        FirstPassResult result =
                new FirstPass(tolerant, "cafe").run(List.of(log), out(), SILENT).result();

        assertThat(result.rejected()).containsExactly(java.util.Map.entry("propensityRange", (long) bad));
        assertThat(result.quarantinedRows()).isEqualTo(Quarantine.MAX_ROWS);
        try (Stream<String> lines = Files.lines(out().resolve("quarantine.jsonl"))) {
            assertThat(lines.count()).isEqualTo(Quarantine.MAX_ROWS);
        }
    }

    @Test
    void anOutputThatCanNotBeWrittenIsNamed() throws IOException {
        Path log = log("a.csv", rows(0, 100));
        Path file = Files.writeString(directory.resolve("file"), "x");

        assertThatThrownBy(() -> new FirstPass(experiment, "cafe").run(List.of(log), file.resolve("out"), SILENT))
                .isInstanceOf(LogException.class)
                .hasMessageStartingWith(file.resolve("out") + ": the first pass can not be written: ");
    }

    @Test
    void progressEndsAtTheWhole() throws IOException {
        writeTwoFiles();
        List<long[]> seen = new ArrayList<>();

        new FirstPass(experiment, "cafe")
                .run(
                        List.of(directory.resolve("logs")),
                        out(),
                        (rows, bytes, total) -> seen.add(new long[] {rows, bytes, total}));

        assertThat(seen).hasSize(3);
        assertThat(seen.get(0)[0]).isEqualTo(Block.MAX_ROWS);
        assertThat(seen.get(0)[1]).isPositive().isLessThan(seen.get(2)[1]);
        assertThat(seen.get(2)[0]).isEqualTo(45_002);
        assertThat(seen.get(2)[1]).isEqualTo(seen.get(2)[2]);
    }

    @Test
    void logsWithoutRowsFail() throws IOException {
        Path empty = log("a.csv", "");

        assertThatThrownBy(() -> run(empty)).isInstanceOf(LogException.class).hasMessage("the logs have no rows");
        assertThat(out()).doesNotExist();
    }

    @Test
    void aFileThatBreaksOffLeavesNothingBehind() throws IOException {
        Path good = log("a.csv", rows(0, 100));
        Path broken = directory.resolve("logs/b.csv");
        Files.write(broken, new byte[0]);

        assertThatThrownBy(() -> run(good, broken)).hasMessage("b.csv: is empty: expected a log file");
        assertThat(out()).doesNotExist();
        assertThat(directory.resolve("first-pass.partial")).doesNotExist();
    }

    @Test
    void whatACrashLeftBehindIsReplaced() throws IOException {
        Path partial = Files.createDirectories(directory.resolve("first-pass.partial"));
        Files.writeString(partial.resolve("blocks-00000.arrow"), "half");
        Path log = log("a.csv", rows(0, 100));

        assertThat(run(log).result().rows()).isEqualTo(100);
        assertThat(partial).doesNotExist();
    }

    @Test
    void strangeLogsAreWarnedOf() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            text.append("r%d,0,7,us,a,%d,0.5,1\n".formatted(i, i % 3));
        }
        FirstPassResult result = run(log("a.csv", text.toString())).result();

        assertThat(result.warnings())
                .containsExactly(
                        "behaviour is declared uniform, but 50 of 50 rows have a propensity other than 1/4 = 0.250000 (from"
                                + " 0.500000 to 0.500000): propensities are used as logged; declare 'behaviour: logged'",
                        "the mean of 1 / (K propensity) is 0.5000, expected about 1: the logged propensities are not the ones"
                                + " that the actions were drawn with",
                        "1 of 4 actions were never logged: nothing can be learned about them",
                        "feature 'x' is 7.0 in every row: it tells nothing",
                        "the reward 'R0' is 2.0 in every row: there is nothing to learn");
    }

    @Test
    void byTimeTheLastRowsAreHeldOut() throws IOException {
        Experiment byTime = ExperimentLoader.parse(
                YAML.replace("share: 0.2, salt: s", "after: '2026-01-01T00:00:00.060Z'"), "test.yaml");
        Path log = log("a.csv", rows(0, 100));

        FirstPassResult result =
                new FirstPass(byTime, "cafe").run(List.of(log), out(), SILENT).result();

        assertThat(result.trainedRows()).isEqualTo(60);
        assertThat(result.heldOutRows()).isEqualTo(40);
    }

    @Test
    void theDryRunCountsTheSameAndWritesNothing() throws IOException {
        writeTwoFiles();

        LogAudit.Report report = LogAudit.of(experiment, List.of(directory.resolve("logs")), SILENT);

        FirstPassResult result = run(directory.resolve("logs")).result();
        assertThat(report.usable()).isTrue();
        assertThat(report.rows()).isEqualTo(result.rows());
        assertThat(report.trainedRows()).isEqualTo(result.trainedRows());
        assertThat(report.rejected()).isEqualTo(result.rejected());
        assertThat(report.actionCounts()).isEqualTo(result.actionCounts());
        assertThat(report.lines())
                .contains("files      2, all with the 8 columns that the experiment reads")
                .contains("bad rows   actionRange 1, propensityRange 1")
                .endsWith("verdict    these logs can be trained on");
    }

    @Test
    void noFirstPassAndABrokenOneAreNamed() throws IOException {
        assertThatThrownBy(() -> FirstPassFile.read(directory))
                .hasMessage(directory + ": there is no first pass: expected first-pass.json");
        Files.writeString(directory.resolve("first-pass.json"), "{");
        assertThatThrownBy(() -> FirstPassFile.read(directory))
                .isInstanceOf(LogException.class)
                .hasMessageStartingWith(directory.resolve("first-pass.json") + ": is broken: ")
                .hasMessageEndingWith(": make the first pass again");
    }
}
