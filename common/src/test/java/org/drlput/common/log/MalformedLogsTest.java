package org.drlput.common.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user sees of logs that are wrong. */
class MalformedLogsTest {
    /** A good row of {@link TestLogs#CSV_HEADER}. */
    private static final String GOOD = "r1,2026-01-01T00:00:00Z,0.5,12,40,us,7,a|b,3,0.25,1.5,true,10,x";

    @TempDir
    Path directory;

    private final Experiment experiment = TestLogs.experiment();

    private Path csv(String header, String... rows) {
        return TestLogs.write(
                directory.resolve("log.csv"),
                (header + String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private List<String> problemsOf(Path... files) {
        List<RejectedRow> rejected = new ArrayList<>();
        try {
            TestLogs.blocks(experiment, rejected, files);
        } catch (LogException e) {
            return e.problems().stream()
                    .map(problem -> problem.replace(directory.toString(), "<dir>"))
                    .toList();
        }
        throw new AssertionError("read without a problem, rejected " + rejected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            0;"";requestIdNull: column 'request_id' is null or empty
            1;"";eventTimeNull: column 'event_time' is null
            1;yesterday;cellFormat: column 'event_time' is 'yesterday': expected a whole number
            1;2026-13-01T00:00:00Z;cellFormat: column 'event_time' is '2026-13-01T00:00:00Z': expected an instant, for example 2026-01-31T12:00:00Z, or milliseconds
            2;inf;featureInfinite: column 'ctr' is Infinity as float32
            2;1e39;featureInfinite: column 'ctr' is Infinity as float32
            3;"";featureMissing: column 'hour' is missing: declare 'missing' to allow that
            4;nan;featureMissing: column 'age' is missing: declare 'missing' to allow that
            4;forty;cellFormat: column 'age' is 'forty': expected a number
            4;0x1p3;cellFormat: column 'age' is '0x1p3': expected a number
            8;"";actionNull: column 'action_id' is null
            8;6;actionRange: column 'action_id' is 6: expected 0 to 5
            8;-1;actionRange: column 'action_id' is -1: expected 0 to 5
            8;4294967296;actionRange: column 'action_id' is 4294967296: expected 0 to 5
            8;1.5;cellFormat: column 'action_id' is '1.5': expected a whole number
            9;"";propensityNull: column 'propensity' is null
            9;NaN;propensityNaN: column 'propensity' is NaN
            9;0;propensityRange: column 'propensity' is 0.0: expected more than 0 and at most 1
            9;1.5;propensityRange: column 'propensity' is 1.5: expected more than 0 and at most 1
            9;-0.1;propensityRange: column 'propensity' is -0.1: expected more than 0 and at most 1
            10;"";outcomeNull: column 'revenue' is null
            10;NaN;outcomeNotFinite: column 'revenue' is NaN
            10;inf;outcomeNotFinite: column 'revenue' is Infinity
            10;1,5;cellCount: column 'not_read' is not where the header says: 15 cells, expected 14
            11;maybe;cellFormat: column 'conversion' is 'maybe': expected a number
            12;-5;delayNegative: column 'delay_ms' is -5: expected null where not seen
            """)
    void aBadRowIsRejectedWithItsCauseAndTheOthersAreKept(int cell, String value, String expected) {
        String[] cells = GOOD.split(",");
        cells[cell] = value;
        Path file = csv(TestLogs.CSV_HEADER, GOOD, String.join(",", cells), GOOD.replace("r1", "r3"));
        List<RejectedRow> rejected = new ArrayList<>();

        Block block = TestLogs.blocks(experiment, rejected, file).get(0);

        assertThat(rejected).extracting(RejectedRow::toString).containsExactly("log.csv row 2: " + expected);
        assertThat(rejected.get(0).requestId()).isEqualTo(cell == 0 ? "" : "r1");
        assertThat(block.rowCount()).isEqualTo(3);
        assertThat(block.rowState()[1]).isEqualTo(Block.REJECTED);
        assertThat(block.rowState()[0]).isNotEqualTo(Block.REJECTED);
        assertThat(block.rowState()[2]).isNotEqualTo(Block.REJECTED);
        assertThat(block.outcomes()[0]).containsExactly(1.5, 0, 1.5);
        assertThat(block.bagOffsets()[0][3] - block.bagOffsets()[0][2]).isEqualTo(2);
    }

    @Test
    void bothASyntaxErrorAndAShortRowCountAsTheWrongNumberOfCells() {
        Path file = csv(TestLogs.CSV_HEADER, "r1,never,0.5", GOOD);
        List<RejectedRow> rejected = new ArrayList<>();

        TestLogs.blocks(experiment, rejected, file);

        assertThat(rejected)
                .extracting(RejectedRow::toString)
                .containsExactly(
                        "log.csv row 1: cellCount: column 'ctr' is not where the header says: 3 cells, expected 14");
    }

    @Test
    void arrowRowsAreRejectedForTheSameCauses() {
        TestLogs.Row good = TestLogs.rows(1, 1).get(0);
        List<TestLogs.Row> rows = List.of(
                good,
                new TestLogs.Row(null, 0L, 1.0, 1.0, 1.0, "us", 1L, List.of(), 0, 0.5, 0.0, false, null),
                new TestLogs.Row("a", null, 1.0, 1.0, 1.0, "us", 1L, List.of(), 0, 0.5, 0.0, false, null),
                new TestLogs.Row("b", 0L, 1.0, 1.0, null, "us", 1L, List.of(), 0, 0.5, 0.0, false, null),
                new TestLogs.Row("c", 0L, 1.0, 1.0, 1.0, "us", 1L, List.of(), null, 0.5, 0.0, false, null),
                new TestLogs.Row("d", 0L, 1.0, 1.0, 1.0, "us", 1L, List.of(), 6, 0.5, 0.0, false, null),
                new TestLogs.Row("e", 0L, 1.0, 1.0, 1.0, "us", 1L, List.of(), 0, null, 0.0, false, null),
                new TestLogs.Row("f", 0L, 1.0, 1.0, 1.0, "us", 1L, List.of(), 0, Double.NaN, 0.0, false, null),
                new TestLogs.Row("g", 0L, 1.0, 1.0, 1.0, "us", 1L, List.of(), 0, 0.5, 0.0, null, null),
                new TestLogs.Row("h", 0L, 1.0, 1.0, 1.0, "us", 1L, List.of(), 0, 0.5, 0.0, false, -1L));
        List<RejectedRow> rejected = new ArrayList<>();

        TestLogs.blocks(experiment, rejected, TestLogs.arrow(directory.resolve("log.arrow"), rows));

        assertThat(rejected)
                .extracting(row -> row.row() + " " + row.requestId() + " "
                        + row.rejection().cause())
                .containsExactly(
                        "2  requestIdNull",
                        "3 a eventTimeNull",
                        "4 b featureMissing",
                        "5 c actionNull",
                        "6 d actionRange",
                        "7 e propensityNull",
                        "8 f propensityNaN",
                        "9 g outcomeNull",
                        "10 h delayNegative");
    }

    @Test
    void missingColumnsAreAllNamedWithTheNearestName() {
        Path file = csv("request_id,event_time,ctr_,hour,age,country,user,interest,action_id,propensty\n", "");

        assertThat(problemsOf(file))
                .containsExactly(
                        "log.csv: column 'propensity' is missing: expected float; did you mean 'propensty'?",
                        "log.csv: column 'ctr' is missing: expected float, int or bool; did you mean 'ctr_'?",
                        "log.csv: column 'interests' is missing: expected list of utf8 or int; did you mean 'interest'?",
                        "log.csv: column 'revenue' is missing: expected float, int or bool",
                        "log.csv: column 'conversion' is missing: expected float, int or bool",
                        "log.csv: column 'delay_ms' is missing: expected int (milliseconds)");
    }

    @Test
    void aColumnThatStandsThereTwiceIsNamed() {
        Path file = csv(TestLogs.CSV_HEADER.replace("not_read", "ctr"), GOOD);

        assertThat(problemsOf(file)).containsExactly("log.csv: column 'ctr' stands there 2 times: expected once");
    }

    @Test
    void anotherSeparatorThanACommaIsNamed() {
        assertThat(problemsOf(csv("request_id;event_time\n")))
                .containsExactly(
                        "log.csv: has one column, 'request_id;event_time': expected cells separated by commas");
    }

    @Test
    void columnsOfWrongTypesAreAllNamedWithWhatWasFound() {
        Experiment other = org.drlput.common.experiment.ExperimentLoader.parse(
                TestLogs.YAML
                        .replace("name: ctr, type: numeric, missing: mean", "name: request_id2, type: numeric")
                        .replace("name: request_id2, type: numeric", "name: country, type: numeric")
                        .replace(
                                "name: country, type: categorical, vocabulary: [us, de], dimension: 4",
                                "name: ctr, type: categorical, vocabulary: [us, de], dimension: 4")
                        .replace("name: user, type: categorical", "name: interests, type: categorical")
                        .replace("name: interests, type: multiCategorical", "name: user, type: multiCategorical")
                        .replace("column: revenue", "column: event_time2")
                        .replace("event_time2", "request_id2"),
                "test.yaml");
        Path file = TestLogs.arrow(directory.resolve("log.arrow"), TestLogs.rows(3, 1));

        assertThatThrownBy(() -> TestLogs.blocks(other, new ArrayList<>(), file))
                .isInstanceOf(LogException.class)
                .hasMessage("""
                        log.arrow: column 'request_id2' is missing: expected float, int or bool; did you mean 'request_id'?
                        log.arrow: column 'country' is utf8: expected float, int or bool
                        log.arrow: column 'ctr' is float32: expected utf8 or int, dictionary-encoded or not
                        log.arrow: column 'interests' is list of utf8: expected utf8 or int, dictionary-encoded or not
                        log.arrow: column 'user' is int64: expected list of utf8 or int""".replace("\n                        ", "\n"));
    }

    @Test
    void everyFileOfWrongColumnsIsNamedBeforeAnyIsRead() throws IOException {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        TestLogs.csv(logs.resolve("a.csv"), TestLogs.rows(3, 1));
        TestLogs.write(logs.resolve("b.csv"), "x\n".getBytes(StandardCharsets.UTF_8));
        Files.write(logs.resolve("c.arrow"), new byte[] {'A', 'R', 'R', 'O', 'W', '1', 0, 0});

        List<String> problems = problemsOf(logs);

        assertThat(problems).hasSize(14);
        assertThat(problems.get(0)).isEqualTo("b.csv: column 'request_id' is missing: expected utf8 or int");
        assertThat(problems.get(13))
                .startsWith("c.arrow: can not be read as Arrow IPC: ")
                .endsWith("is the file whole?");
    }

    private Path cut(Path file, double share) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Files.write(file, Arrays.copyOf(bytes, (int) (bytes.length * share)));
    }

    @Test
    void aTruncatedArrowFileIsRefusedWhenItIsOpened() throws IOException {
        Path file = cut(TestLogs.arrow(directory.resolve("log.arrow"), TestLogs.rows(2000, 1)), 0.5);

        assertThat(problemsOf(file))
                .singleElement()
                .asString()
                .matches("log.arrow: can not be read as Arrow IPC: missing Magic number .*: is the file whole\\?");
    }

    @Test
    void aTruncatedArrowStreamIsNamedWithTheRowsBefore() throws IOException {
        Path file = cut(
                TestLogs.arrow(directory.resolve("log.arrow"), TestLogs.rows(2000, 1), 500, TestLogs.IpcKind.STREAM),
                0.6);

        assertThat(problemsOf(file)).singleElement().asString().startsWith("log.arrow: broken after row 1000: ");
    }

    @Test
    void aTruncatedParquetFileIsRefusedWhenItIsOpened() throws IOException {
        Path parquet = Files.createDirectory(directory.resolve("p"));
        Path file = cut(TestLogs.parquet(parquet, TestLogs.rows(2000, 1)), 0.5);

        assertThat(problemsOf(file))
                .singleElement()
                .asString()
                .startsWith(file.getFileName() + ": can not be read as Parquet: ")
                .contains("magic bytes not found in footer")
                .endsWith(": is the file whole?");
    }

    @Test
    void aCutGzipIsNamedWithTheRowsBefore() throws IOException {
        Path file = cut(TestLogs.csvGzip(directory.resolve("log.csv.gz"), TestLogs.rows(5000, 1)), 0.5);

        assertThat(problemsOf(file))
                .singleElement()
                .asString()
                .matches(
                        "log.csv.gz: broken after row [1-9]\\d+: Unexpected end of ZLIB input stream: is the file whole\\?");
    }

    @Test
    void aGzipThatIsNoneIsNamed() {
        Path file = TestLogs.write(directory.resolve("log.csv.gz"), "request_id\n".getBytes(StandardCharsets.UTF_8));

        assertThat(problemsOf(file))
                .containsExactly(
                        "log.csv.gz: is not what its name says: it begins with bytes 726571756573; expected a file"
                                + " that ends in .arrow, .arrows, .feather, .ipc, .parquet, .csv, .csv.gz");
    }

    @Test
    void aCellThatIsNotUtf8RejectsItsRow() {
        byte[] bytes = (TestLogs.CSV_HEADER + GOOD + "\n" + GOOD.replace("us", "u?") + "\n" + GOOD.replace(",x", ",?")
                        + "\n")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == '?' ? (byte) 0xff : bytes[i];
        }
        List<RejectedRow> rejected = new ArrayList<>();

        TestLogs.blocks(experiment, rejected, TestLogs.write(directory.resolve("log.csv"), bytes));

        // the last cell of the third row is not read
        assertThat(rejected)
                .extracting(RejectedRow::toString)
                .containsExactly("log.csv row 2: cellFormat: column 'country' is 'u\ufffd': expected UTF-8 text");
    }

    @Test
    void aQuoteThatIsNotClosedIsNamedWithTheRowsBefore() {
        assertThat(problemsOf(csv(TestLogs.CSV_HEADER, GOOD, GOOD.replace("us", "\"u\"s"))))
                .containsExactly(
                        "log.csv: broken after row 1: Unexpected character after closing quote: 's' (0x73): is the file whole?");
    }

    /** Damaged in seeded random places: whatever is read, every failure is one that names the file. */
    @ParameterizedTest
    @CsvSource({"log.arrow, FILE", "log.arrows, STREAM", "log.arrow, LZ4"})
    void damagedArrowFilesFailWithTheirName(String name, TestLogs.IpcKind kind) throws IOException {
        Path file = directory.resolve(name);
        byte[] whole = Files.readAllBytes(TestLogs.arrow(file, TestLogs.rows(1000, 1), 500, kind));
        for (int seed = 0; seed < 60; seed++) {
            java.util.Random random = new java.util.Random(seed);
            byte[] damaged = whole.clone();
            for (int i = 0; i < 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            try {
                TestLogs.blocks(experiment, new ArrayList<>(), file);
            } catch (LogException e) {
                assertThat(e).as("seed %d", seed).hasMessageStartingWith(name + ": ");
            }
        }
    }

    @Test
    void anEmptyFileIsNamed() {
        assertThat(problemsOf(TestLogs.write(directory.resolve("log.csv"), new byte[0])))
                .containsExactly("log.csv: is empty: expected a log file");
    }

    @Test
    void aHeaderOnlyFileHasNoRows() {
        assertThat(TestLogs.blocks(experiment, new ArrayList<>(), csv(TestLogs.CSV_HEADER)))
                .isEmpty();
    }

    @Test
    void anEmptyDirectoryAndAMissingFileAreNamedTogether() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("logs"));

        assertThat(problemsOf(empty, directory.resolve("nowhere.csv")))
                .containsExactly(
                        "<dir>/logs: holds no log: expected files that end in .arrow, .arrows, .feather, .ipc, .parquet,"
                                + " .csv, .csv.gz",
                        "<dir>/nowhere.csv: there is no such file or directory");
    }

    @Test
    void noFileAtAllIsAProblem() {
        assertThat(problemsOf()).containsExactly("no log file was given");
    }

    @Test
    void aFileOfAnotherKindIsNamed() {
        Path file = TestLogs.write(directory.resolve("log.arrow"), "hello world".getBytes(StandardCharsets.UTF_8));

        assertThat(problemsOf(file))
                .containsExactly(
                        "log.arrow: is not what its name says: it begins with bytes 68656c6c6f20; expected a file"
                                + " that ends in .arrow, .arrows, .feather, .ipc, .parquet, .csv, .csv.gz");
    }
}
