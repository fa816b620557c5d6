package org.drlput.common.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Softmax;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ONNX Runtime makes of an exported version, and what the policy does. */
class OnnxExportTest {
    private static final int ROWS = 10_000;

    @TempDir
    Path root;

    @ParameterizedTest
    @MethodSource("org.drlput.common.export.ExportedVersions#examples")
    void tenThousandRowsOfEachExampleGetTheSameProbabilities(String example) throws Exception {
        VersionFiles files = VersionFiles.read(ExportedVersions.publish(root, ExportedVersions.example(example), 11));
        Version version = files.version();
        Block block = MarketLog.of(Market.of(version.experiment(), 1), 0)
                .blocks(ROWS)
                .iterator()
                .next();
        Path file = root.resolve("policy.onnx");
        ExportFormat.ONNX.write(files, file);

        float worst = 0;
        int[] distinct = new int[version.actions().size()];
        Policy policy = Policy.of(version, Kernels.named("plain"), 500);
        float[] expected = new float[500 * version.actions().size()];
        try (OnnxModel model = new OnnxModel(file)) {
            OnnxModel.Outputs outputs = model.run(version.model().features(), block, ROWS);
            for (int from = 0; from < ROWS; from += 500) {
                policy.probabilities(block, positions(from, 500), 0, 500, expected);
                for (int r = 0; r < 500; r++) {
                    float[] found = outputs.probabilities()[from + r];
                    for (int a = 0; a < found.length; a++) {
                        worst = Math.max(worst, Math.abs(found[a] - expected[r * found.length + a]));
                    }
                    int action = (int) outputs.actions()[from + r];
                    distinct[action]++;
                    assertThat(found[action]).isEqualTo(found[Softmax.greatest(found, 0, found.length)]);
                    assertThat(outputs.hyperparameters()[from + r])
                            .isEqualTo(version.actions().values(action));
                }
            }
        }

        assertThat(worst).isLessThan(1e-5f);
        // the comparison is worth something: the states matter
        assertThat(Arrays.stream(distinct).filter(n -> n > 0).count())
                .isGreaterThanOrEqualTo(Math.min(4, distinct.length));
        assertThat(Arrays.stream(distinct).max().orElseThrow()).isLessThan(ROWS * 95 / 100);
    }

    private static int[] positions(int from, int count) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = from + i;
        }
        return rows;
    }

    private Policy policy(VersionFiles files) {
        return Policy.of(files.version(), Kernels.named("plain"), 1);
    }

    private VersionFiles everyKind() {
        return VersionFiles.read(ExportedVersions.publish(root, ExportedVersions.EVERY_KIND, 11));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hidden: [8, 6], head: factored",
                "hidden: [8, 6], head: mixed, members: 3",
                "hidden: [5], batchNorm: false, members: 2"
            })
    void networksOfOtherShapesSayTheSame(String network) throws Exception {
        String yaml = ExportedVersions.EVERY_KIND.replace("hidden: [8, 6]", network);
        VersionFiles files = VersionFiles.read(ExportedVersions.publish(root, yaml, 12));
        Path file = root.resolve("policy.onnx");
        ExportFormat.ONNX.write(files, file);
        try (OnnxModel model = new OnnxModel(file)) {
            for (int hour = 0; hour < 24; hour++) {
                compare(model, files, Map.of("hour", hour, "ctr", hour / 10.0, "country", "de", "user", "u" + hour));
            }
        }
    }

    @Test
    void missingValuesUnknownWordsAndEmptyBagsAreWhatTheyAreToThePolicy() throws Exception {
        VersionFiles files = everyKind();
        Path file = root.resolve("policy.onnx");
        ExportFormat.ONNX.write(files, file);
        Map<String, Object> all = Map.of(
                "ctr",
                0.3,
                "hour",
                23.5,
                "country",
                "de",
                "user",
                42L,
                "interests",
                List.of("a", "b", "a"),
                "topics",
                List.of("food", "art"),
                "age",
                30,
                "weekday",
                6.5);
        try (OnnxModel model = new OnnxModel(file)) {
            for (String without : List.of("", "ctr", "country", "user", "interests", "topics", "age", "weekday")) {
                Map<String, Object> request = new HashMap<>(all);
                request.remove(without);
                compare(model, files, request);
            }
            Map<String, Object> strange = new HashMap<>(all);
            strange.put("country", "");
            strange.put("topics", List.of("boats", "food", "food", "", "boats"));
            strange.put("interests", List.of());
            compare(model, files, strange);
        }
    }

    private void compare(OnnxModel model, VersionFiles files, Map<String, Object> request) throws Exception {
        Policy.Decision decision = policy(files).decide(request);
        Version version = files.version();
        EncodedBatch rows = policy(files).encoder().newBatch(1);
        policy(files).encoder().encodeRequest(request, rows);
        float[] numbers = new float[version.model().features().numeric().size()];
        for (int f = 0; f < numbers.length; f++) {
            Object value =
                    request.get(version.model().features().numeric().get(f).name());
            numbers[f] = value == null ? Float.NaN : ((Number) value).floatValue();
        }
        Block block = new Block(
                1,
                new byte[1],
                Arrays.stream(toArrays(numbers)).toArray(float[][]::new),
                rows.categorical,
                rows.bagOffsets,
                rows.bags,
                new int[1],
                new double[1],
                new double[0][],
                new long[0][]);

        OnnxModel.Outputs outputs = model.run(version.model().features(), block, 1);

        assertThat(outputs.probabilities()[0])
                .as("%s", request)
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(decision.probabilities());
        assertThat(outputs.actions()[0]).isEqualTo(decision.actionId());
    }

    private static float[][] toArrays(float[] numbers) {
        float[][] arrays = new float[numbers.length][1];
        for (int f = 0; f < numbers.length; f++) {
            arrays[f][0] = numbers[f];
        }
        return arrays;
    }

    @Test
    void theFileSaysWhatItIsAndHowCategoriesAreHashed() throws Exception {
        VersionFiles files = everyKind();
        Path file = root.resolve("policy.onnx");
        ExportFormat.ONNX.write(files, file);

        Map<String, String> metadata;
        try (OnnxModel model = new OnnxModel(file)) {
            metadata = model.metadata();
        }

        assertThat(metadata)
                .containsEntry("drlput.format", "onnx/1")
                .containsEntry("drlput.version", "11")
                .containsEntry(
                        "drlput.weightsSha256", files.version().manifest().weightsSha256())
                .containsEntry("drlput.experiment", ExportedVersions.EVERY_KIND)
                .containsEntry("drlput.manifest", files.manifestJson());
        JsonNode features =
                new ObjectMapper().readTree(metadata.get("drlput.encoder")).get("features");
        assertThat(features.findValuesAsText("name"))
                .containsExactly("ctr", "hour", "age", "weekday", "country", "user", "interests", "topics");
        JsonNode user = features.get(5);
        assertThat(user.toString())
                .isEqualTo("{\"name\":\"user\",\"type\":\"categorical\",\"input\":\"feature.user\",\"missingRow\":21,"
                        + "\"hash\":\"xxh64\",\"seed\":0,\"hashBuckets\":50}");
        JsonNode actions = new ObjectMapper().readTree(metadata.get("drlput.actions"));
        assertThat(actions.get("values")).hasSize(files.version().actions().size());
        assertThat(actions.get("manualAction").asInt())
                .isEqualTo(files.version().actions().manualAction());
    }

    @Test
    void theSameVersionGivesTheSameBytes() throws Exception {
        VersionFiles files = everyKind();
        for (ExportFormat format : ExportFormat.values()) {
            Path one = root.resolve("one");
            Path two = root.resolve("two");
            format.write(files, one);
            format.write(files, two);
            assertThat(Files.mismatch(one, two)).as("%s", format).isEqualTo(-1);
        }
    }
}
