package org.drlput.common.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.feature.CategoryTable;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.TestLogs.IpcKind;
import org.drlput.common.log.TestLogs.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogReaderTest {
    /** Enough for a full block and a short one. */
    private static final int ROWS = Block.MAX_ROWS + 777;

    @TempDir
    Path directory;

    private final Experiment experiment = TestLogs.experiment();
    private final List<Row> rows = TestLogs.rows(ROWS, 7);

    private List<Block> read(Path... files) {
        List<RejectedRow> rejected = new ArrayList<>();
        List<Block> blocks = TestLogs.blocks(experiment, rejected, files);
        assertThat(rejected).isEmpty();
        return blocks;
    }

    private void assertSameAsArrow(List<Block> blocks) {
        assertSame(blocks, read(TestLogs.arrow(directory.resolve("reference.arrow"), rows)));
    }

    private static void assertSame(List<Block> actual, List<Block> expected) {
        // not isEqualTo: NaN is equal to NaN here, and a million cells need no description
        assertThat(Arrays.deepEquals(TestLogs.content(actual), TestLogs.content(expected)))
                .isTrue();
    }

    @Test
    void rowsArriveInOrderWithTheirValues() {
        List<Block> blocks = read(TestLogs.arrow(directory.resolve("a.arrow"), rows));

        assertThat(blocks).extracting(Block::rowCount).containsExactly(Block.MAX_ROWS, 777);
        CategoryTable users = CategoryTable.of(
                FeatureSpace.of(experiment.features()).categorical().get(1));
        for (int i = 0; i < ROWS; i++) {
            Block block = blocks.get(i / Block.MAX_ROWS);
            int at = i % Block.MAX_ROWS;
            Row row = rows.get(i);
            Float ctr = row.ctr() == null ? Float.NaN : (Float) row.ctr().floatValue();
            assertThat(block.numeric()[0][at]).isEqualTo(ctr);
            assertThat(block.numeric()[1][at])
                    .isEqualTo(requireNonNull(row.hour()).floatValue());
            assertThat(block.numeric()[2][at])
                    .isEqualTo(requireNonNull(row.age()).floatValue());
            assertThat(block.categorical()[0][at])
                    .isEqualTo("us".equals(row.country()) ? 0 : "de".equals(row.country()) ? 1 : 2);
            assertThat(block.categorical()[1][at]).isEqualTo(users.row(String.valueOf(row.user())));
            assertThat(block.bagOffsets()[0][at + 1] - block.bagOffsets()[0][at])
                    .isEqualTo(row.interests() == null ? 0 : row.interests().size());
            assertThat(block.actionId()[at]).isEqualTo(row.action());
            assertThat(block.outcomes()[0][at]).isEqualTo(row.revenue());
            assertThat(block.outcomes()[1][at]).isEqualTo(requireNonNull(row.conversion()) ? 1 : 0);
            assertThat(block.delayMillis()[1][at]).isEqualTo(row.delayMillis() == null ? -1 : row.delayMillis());
        }
        assertThat(blocks.get(0).delayMillis()[0]).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(IpcKind.class)
    void everyKindOfArrowIpcGivesTheSameBlocks(IpcKind kind) {
        assertSameAsArrow(read(TestLogs.arrow(directory.resolve("a.arrow"), rows, 5000, kind)));
    }

    @Test
    void batchesLargerThanABlockAreCut() {
        assertSameAsArrow(read(TestLogs.arrow(directory.resolve("a.arrow"), rows, ROWS, IpcKind.FILE)));
    }

    @Test
    void parquetGivesTheSameBlocks() throws Exception {
        assertSameAsArrow(read(TestLogs.parquet(Files.createDirectory(directory.resolve("parquet")), rows)));
    }

    @Test
    void csvGivesTheSameBlocks() {
        assertSameAsArrow(read(TestLogs.csv(directory.resolve("a.csv"), rows)));
    }

    @Test
    void compressedCsvGivesTheSameBlocks() {
        assertSameAsArrow(read(TestLogs.csvGzip(directory.resolve("a.csv.gz"), rows)));
    }

    @Test
    void filesOfADirectoryAreReadInTheOrderOfTheirPathsWhateverTheirFormat() throws Exception {
        Path logs = Files.createDirectories(directory.resolve("logs/day=2"));
        TestLogs.csv(directory.resolve("logs/b.csv"), rows.subList(10_000, 15_000));
        TestLogs.arrow(directory.resolve("logs/a.arrow"), rows.subList(0, 10_000));
        TestLogs.csvGzip(logs.resolve("c.csv.gz"), rows.subList(15_000, ROWS));
        TestLogs.csv(directory.resolve("logs/all-traffic.csv"), rows.subList(0, 5));
        TestLogs.csv(directory.resolve("logs/_tmp.csv"), rows.subList(0, 5));
        Files.writeString(directory.resolve("logs/experiment.yaml"), TestLogs.YAML);

        assertSameAsArrow(read(directory.resolve("logs")));
    }

    @Test
    void dictionariesAndLargeTextsAndIntegerIdsAreReadAsPlainOnes() throws Exception {
        Path plain = TestLogs.arrow(directory.resolve("plain.arrow"), rows.subList(0, 1000));
        Path other = directory.resolve("other.arrow");
        writeEncoded(plain, other);

        assertSame(read(other), read(plain));
    }

    /** The same log with country as dictionary and request ids as large text. */
    private static void writeEncoded(Path plain, Path to) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                ArrowFileReader reader = new ArrowFileReader(Files.newByteChannel(plain), allocator);
                VarCharVector words = new VarCharVector("words", allocator)) {
            reader.loadNextBatch();
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            List<String> distinct = List.of("são tomé", "fr", "de", "us");
            for (int i = 0; i < distinct.size(); i++) {
                words.setSafe(i, distinct.get(i).getBytes(StandardCharsets.UTF_8));
            }
            words.setValueCount(distinct.size());
            Dictionary dictionary = new Dictionary(words, new DictionaryEncoding(1, false, null));
            DictionaryProvider provider = new DictionaryProvider.MapDictionaryProvider(dictionary);
            try (FieldVector encoded = (FieldVector) DictionaryEncoder.encode(root.getVector("country"), dictionary);
                    LargeVarCharVector ids = new LargeVarCharVector("request_id", allocator)) {
                for (int i = 0; i < root.getRowCount(); i++) {
                    ids.setSafe(i, ((VarCharVector) root.getVector("request_id")).get(i));
                }
                ids.setValueCount(root.getRowCount());
                List<FieldVector> vectors = new ArrayList<>();
                for (FieldVector vector : root.getFieldVectors()) {
                    vectors.add(
                            switch (vector.getName()) {
                                case "country" -> encoded;
                                case "request_id" -> ids;
                                default -> vector;
                            });
                }
                try (VectorSchemaRoot out = new VectorSchemaRoot(vectors);
                        ArrowFileWriter writer = new ArrowFileWriter(
                                out,
                                provider,
                                Files.newByteChannel(
                                        to,
                                        java.nio.file.StandardOpenOption.CREATE,
                                        java.nio.file.StandardOpenOption.WRITE))) {
                    writer.writeBatch();
                    writer.end();
                }
            }
        }
    }

    @Test
    void integerRequestIdsAreHeldOutByTheirDecimalText() throws Exception {
        List<Row> numbered = new ArrayList<>();
        for (Row row : rows.subList(0, 2000)) {
            numbered.add(withId(row, requireNonNull(row.requestId()).substring(1)));
        }
        Path text = TestLogs.arrow(directory.resolve("text.arrow"), numbered);
        Path integers = directory.resolve("integers.arrow");
        try (BufferAllocator allocator = new RootAllocator();
                ArrowFileReader reader = new ArrowFileReader(Files.newByteChannel(text), allocator);
                java.nio.channels.SeekableByteChannel channel = Files.newByteChannel(
                        integers, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            BigIntVector ids = new BigIntVector("request_id", allocator);
            List<FieldVector> vectors = new ArrayList<>(root.getFieldVectors());
            vectors.set(0, ids);
            try (ids;
                    VectorSchemaRoot out = new VectorSchemaRoot(vectors);
                    ArrowFileWriter writer = new ArrowFileWriter(out, null, channel)) {
                int first = 0;
                while (reader.loadNextBatch()) {
                    ids.allocateNew(root.getRowCount());
                    for (int i = 0; i < root.getRowCount(); i++) {
                        ids.set(i, first + i);
                    }
                    first += root.getRowCount();
                    out.setRowCount(root.getRowCount());
                    writer.writeBatch();
                }
                writer.end();
            }
        }
        assertSame(read(integers), read(text));
    }

    private static Row withId(Row r, String id) {
        return new Row(
                id,
                r.eventTimeMillis(),
                r.ctr(),
                r.hour(),
                r.age(),
                r.country(),
                r.user(),
                r.interests(),
                r.action(),
                r.propensity(),
                r.revenue(),
                r.conversion(),
                r.delayMillis());
    }

    @Test
    void hyperparameterColumnsBecomeActionIds() {
        Experiment byColumns = ExperimentLoader.parse(
                "log: {actionColumns: {w_click: w, reserve: res}}\n" + TestLogs.YAML, "columns.yaml");
        Path file = TestLogs.write(
                directory.resolve("a.csv"),
                (TestLogs.CSV_HEADER.replace("action_id", "w,res").replace("not_read", "x")
                                + "r1,0,1,1,1,us,1,,0.1,10,0.5,0,0,,\n"
                                + "r2,0,1,1,1,us,1,,0.3,0,0.5,0,0,,\n"
                                + "r3,0,1,1,1,us,1,,0.2,0,0.5,0,0,,\n"
                                + "r4,0,1,1,1,us,1,,,0,0.5,0,0,,\n")
                        .getBytes(StandardCharsets.UTF_8));
        List<RejectedRow> rejected = new ArrayList<>();
        Block block = TestLogs.blocks(byColumns, rejected, file).get(0);

        assertThat(block.actionId()).startsWith(3, 4);
        assertThat(rejected)
                .extracting(RejectedRow::toString)
                .containsExactly(
                        "a.csv row 3: actionNotOnGrid: column 'w, res' is w_click 0.2, reserve 0.0: no point of the grid",
                        "a.csv row 4: actionNull: column 'w' is null");
    }

    @Test
    void aSampleOfAllTrafficNeedsFeaturesOnly() {
        Path file = TestLogs.write(
                directory.resolve("all-traffic.csv"),
                "age,hour,ctr,country,user,interests\n30,2,,us,7,a|b\n,2,,us,7,a|b\n".getBytes(StandardCharsets.UTF_8));
        LogSchema schema = LogSchema.allTraffic(experiment);
        BlockBuilder builder = new BlockBuilder(experiment, schema);
        try (LogReader reader = LogReader.open(schema, LogInputs.list(List.of(file)))) {
            assertThat(reader.fill(builder)).isTrue();
            assertThat(builder.block().rowState()).containsExactly(Block.TRAIN, Block.REJECTED);
            assertThat(builder.block().bagOffsets()[0]).containsExactly(0, 2, 4);
            assertThat(reader.fill(builder)).isFalse();
        }
    }
}
