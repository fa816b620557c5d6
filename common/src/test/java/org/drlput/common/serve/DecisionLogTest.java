package org.drlput.common.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.feature.CategoryTable;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.LogInputs;
import org.drlput.common.log.LogReader;
import org.drlput.common.log.LogSchema;
import org.drlput.common.serve.DecisionLogOptions.Rows;
import org.drlput.common.version.TestVersions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionLogTest {
    private static final Instant TIME = Instant.parse("2026-12-01T10:00:00.123456Z");

    @TempDir
    Path directory;

    private Path logs() {
        return directory.resolve("logs");
    }

    private PolicyClient client(double exploration) {
        ServedVersions.publish(directory.resolve("registry"), 7);
        return PolicyClient.follow(
                "latest",
                ServedVersions.following(directory.resolve("registry"))
                        .withExploration(Exploration.share(exploration)));
    }

    private static LoggedDecision row(PolicyClient client, int i) {
        Map<String, ?> features = ServedVersions.request(i);
        return LoggedDecision.of(
                "r" + i, TIME.plusMillis(i), features, client.decide("r" + i, features), Map.of("revenue", 0.25 * i));
    }

    private List<Path> files() throws IOException {
        try (var found = Files.walk(logs())) {
            return found.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static float number(@Nullable Object value) {
        return value instanceof Number number ? number.floatValue() : Float.NaN;
    }

    /** What training reads of the logs. */
    private Block read(Experiment experiment, Path logs) {
        LogSchema schema = LogSchema.explorationLog(experiment);
        BlockBuilder builder = new BlockBuilder(experiment, schema);
        try (LogReader reader = LogReader.open(schema, LogInputs.list(List.of(logs)))) {
            assertThat(reader.fill(builder)).isTrue();
            return builder.block();
        }
    }

    /** A column of a file, as Arrow has it. */
    private static List<Object> column(Path file, String name) throws IOException {
        List<Object> cells = new ArrayList<>();
        try (RootAllocator allocator = new RootAllocator();
                ArrowFileReader reader = new ArrowFileReader(FileChannel.open(file), allocator)) {
            while (reader.loadNextBatch()) {
                FieldVector vector = reader.getVectorSchemaRoot().getVector(name);
                for (int i = 0; i < vector.getValueCount(); i++) {
                    cells.add(String.valueOf(vector.getObject(i)));
                }
            }
        }
        return cells;
    }

    @Test
    void trainingReadsWhatWasDecidedWithThePropensityOfTheMixture() throws IOException {
        int rows = 200;
        List<Decision> decisions = new ArrayList<>();
        try (PolicyClient client = client(0.5)) {
            try (DecisionLog log = DecisionLog.open(DecisionLogOptions.in(logs()))) {
                for (int i = 0; i < rows; i++) {
                    LoggedDecision row = row(client, i);
                    decisions.add(row.decision());
                    assertThat(log.offer(row)).isTrue();
                }
            }
        }

        Block block = read(TestVersions.experiment(), logs());
        CategoryTable users = CategoryTable.of(
                (Experiment.Categorical) TestVersions.experiment().features().get(3));
        assertThat(block.rowCount()).isEqualTo(rows);
        for (int i = 0; i < rows; i++) {
            Map<String, Object> request = ServedVersions.request(i);
            assertThat(block.rowState()[i]).isNotEqualTo(Block.REJECTED);
            assertThat(block.actionId()[i]).isEqualTo(decisions.get(i).actionId());
            assertThat(block.propensity()[i]).isEqualTo(decisions.get(i).probability());
            assertThat(block.outcomes()[0][i]).isEqualTo(0.25 * i);
            assertThat(block.numeric()[0][i]).isEqualTo(number(request.get("ctr")));
            assertThat(block.categorical()[0][i]).isEqualTo(i % 3);
            assertThat(block.categorical()[1][i]).isEqualTo(users.row(String.valueOf(i * 7)));
            assertThat(block.bagOffsets()[0][i + 1] - block.bagOffsets()[0][i]).isEqualTo(i % 4);
        }
        Path file = files().get(0);
        assertThat(String.valueOf(logs().relativize(file).getName(0))).matches("test-[0-9a-f]{8}");
        assertThat(file.getFileName().toString()).matches("decisions-\\d{8}T\\d{6}Z-[0-9a-f]{8}-000000\\.arrow");
        assertThat(column(file, "policy_version")).hasSize(rows).containsOnly("7");
        assertThat(column(file, "explored"))
                .isEqualTo(decisions.stream()
                        .map(d -> (Object) String.valueOf(d.explored()))
                        .toList());
        assertThat(column(file, "decided_by"))
                .isEqualTo(decisions.stream().map(d -> (Object) d.why()).toList())
                .contains("policy", "exploration");
        assertThat(column(file, "event_time")).contains("1796119200123456");
    }

    @Test
    void exploredRowsAloneHaveThePropensityOfTheUniformDraw() throws IOException {
        int explored = 0;
        try (PolicyClient client = client(0.3);
                DecisionLog log = DecisionLog.open(DecisionLogOptions.in(logs()).withRows(Rows.EXPLORED))) {
            for (int i = 0; i < 300; i++) {
                LoggedDecision row = row(client, i);
                explored += row.decision().explored() ? 1 : 0;
                assertThat(log.offer(row)).isTrue();
            }
        }

        Block block = read(TestVersions.experiment(), logs());
        assertThat(block.rowCount()).isEqualTo(explored).isGreaterThan(50);
        for (int i = 0; i < explored; i++) {
            assertThat(block.propensity()[i]).isEqualTo(1.0 / 6);
        }
        assertThat(column(files().get(0), "explored")).containsOnly("true");
    }

    @Test
    void filesRollByRowsAndByTimeAndAppearWhole() throws IOException {
        try (PolicyClient client = client(0)) {
            DecisionLogOptions options = DecisionLogOptions.in(logs()).withRowsPerFile(40);
            try (DecisionLog log = DecisionLog.open(options)) {
                for (int i = 0; i < 100; i++) {
                    log.offer(row(client, i));
                }
            }
            assertThat(files()).hasSize(3);
            assertThat(column(files().get(0), "request_id")).hasSize(40);
            assertThat(column(files().get(2), "request_id")).hasSize(20);
            assertThat(read(TestVersions.experiment(), logs()).rowCount()).isEqualTo(100);

            try (DecisionLog log = DecisionLog.open(
                    DecisionLogOptions.in(directory.resolve("timed")).withRollEvery(Duration.ofMillis(20)))) {
                log.offer(row(client, 1));
                // nobody closes it, no file is full
                await().atMost(Duration.ofSeconds(60)).until(() -> log.counts().written() == 1);
            }
        }
    }

    @Test
    void decisionsOfAnotherExperimentGoIntoAFolderOfTheirOwn() throws IOException {
        String other = TestVersions.YAML.replace("production: 0.1", "production: 0.3");
        Path registry = directory.resolve("registry");
        ServedVersions.publish(registry, 1);
        try (PolicyClient client = PolicyClient.follow("latest", ServedVersions.following(registry));
                DecisionLog log = DecisionLog.open(DecisionLogOptions.in(logs()))) {
            log.offer(row(client, 1));
            ServedVersions.publish(registry, other, 2);
            await().atMost(Duration.ofSeconds(60)).until(() -> client.status().version() == 2);
            log.offer(row(client, 2));
            log.offer(row(client, 3));
        }

        List<Path> files = files();
        assertThat(files.stream().map(file -> file.getParent()).distinct()).hasSize(2);
        Map<Integer, Long> byRows = new HashMap<>();
        for (Path file : files) {
            byRows.merge(column(file, "request_id").size(), 1L, Long::sum);
        }
        assertThat(byRows).isEqualTo(Map.of(1, 1L, 2, 1L));
        assertThat(ExperimentLoader.parse(other, "other").name()).isEqualTo("test");
    }

    @Test
    void whenTheDiskTakesNothingTheQueueFillsRowsAreDroppedAndCountedAndTheRestIsWrittenLater() throws IOException {
        // a file where the folder should be
        Files.writeString(logs(), "in the way");
        long offered = 0;
        try (PolicyClient client = client(0);
                DecisionLog log = DecisionLog.open(
                        DecisionLogOptions.in(logs()).withRowsPerFile(1).withQueueRows(3))) {
            long dropped = 0;
            while (dropped < 5) {
                dropped += log.offer(row(client, (int) offered++)) ? 0 : 1;
            }
            assertThat(log.counts().dropped()).isEqualTo(5);
            assertThat(log.counts().written()).isZero();

            Files.delete(logs());
            long kept = offered - dropped;
            await().atMost(Duration.ofSeconds(60)).until(() -> log.counts().written() == kept);
        }
        assertThat(files()).hasSize((int) offered - 5);
    }

    @Test
    void aRequestThatCouldNotBeReadIsLoggedWithItsCauseAndRejectedByTraining() throws IOException {
        try (PolicyClient client = client(0);
                DecisionLog log = DecisionLog.open(DecisionLogOptions.in(logs()))) {
            Map<String, Object> features = new HashMap<>(ServedVersions.request(1));
            features.put("hour", "noon");
            log.offer(LoggedDecision.of("r", TIME, features, client.decide("r", features), Map.of()));
            log.offer(row(client, 2));
        }

        Block block = read(TestVersions.experiment(), logs());
        assertThat(block.rowState()[0]).isEqualTo(Block.REJECTED);
        assertThat(block.rowState()[1]).isNotEqualTo(Block.REJECTED);
        assertThat(column(files().get(0), "decided_by")).containsExactly("fallback: invalidFeatures", "policy");
    }
}
