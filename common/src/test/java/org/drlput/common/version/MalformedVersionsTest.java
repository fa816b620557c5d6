package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a reader sees of versions that are damaged, cut, exchanged or of another DRL-PUT. */
class MalformedVersionsTest {
    private static final String AGAIN = "it was cut, damaged or exchanged: fetch the version again";
    private static final String OTHER = "it belongs to another experiment";

    @TempDir
    Path root;

    private Path directory = Path.of("");

    /** Does something to a version's directory. */
    interface Damage {
        void to(Path version) throws IOException;
    }

    /** {@code problems}: each line that a reader sees, with <dir> for the version's directory, <sha> for any SHA-256, and
     * <size> for any of a file. */
    record Case(String name, Damage damage, List<String> problems) {
        static Case of(String name, Damage damage, String... problems) {
            return new Case(name, damage, List.of(problems));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeEach
    void publishAVersionOfTwoShards() {
        directory = TestVersions.publish(root, 2, 1500);
    }

    @ParameterizedTest
    @MethodSource({"manifests", "files", "contents"})
    void everyProblemIsNamedWithItsFileAndNothingIsChanged(Case malformed) throws IOException {
        malformed.damage().to(directory);
        Map<String, String> before = checksums();

        VersionException refused = catchThrowableOfType(VersionException.class, () -> Version.read(directory));

        assertThat(refused).isNotNull();
        assertThat(refused.problems().stream().map(this::shown)).containsExactlyElementsOf(malformed.problems());
        assertThat(checksums()).isEqualTo(before);
    }

    private String shown(String problem) {
        return problem.replace(directory.toString(), "<dir>")
                .replaceAll("\\b[0-9a-f]{64}\\b", "<sha>")
                .replaceAll("has \\d{4} bytes, expected \\d{4}:", "has <other size> bytes, expected <size>:")
                .replaceAll("(?<=bytes=|expected )\\d{4}(?=[,:])", "<size>");
    }

    /** SHA-256 of every file by its path. */
    private Map<String, String> checksums() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.toString(), AtomicFile.describe(file).sha256());
            }
        }
        return contents;
    }

    static Stream<Case> manifests() {
        String manifest = "<dir>/manifest.json: ";
        return Stream.of(
                Case.of(
                        "no such directory",
                        MalformedVersionsTest::delete,
                        "<dir>: is no directory, expected one of a published version"),
                Case.of(
                        "a file where the directory should be",
                        version -> {
                            delete(version);
                            Files.writeString(version, "x");
                        },
                        "<dir>: is no directory, expected one of a published version"),
                Case.of(
                        "no manifest",
                        version -> Files.delete(version.resolve("manifest.json")),
                        manifest
                                + "is missing, expected the manifest of a version: give the directory of a published version"),
                Case.of("empty manifest", manifest(text -> ""), manifest + "has no formatVersion, expected a manifest"),
                Case.of(
                        "not JSON",
                        manifest(text -> "weights"),
                        manifest
                                + "is not JSON: Unrecognized token 'weights': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false'): fetch the version again"),
                Case.of(
                        "cut JSON",
                        manifest(text -> text.substring(0, 100)),
                        manifest
                                + "is not JSON: Unexpected end-of-input within/between Object entries: fetch the version again"),
                Case.of(
                        "two manifests in one file",
                        manifest(text -> text + text),
                        manifest
                                + "is not JSON: Trailing token (of type START_OBJECT) found after value (bound as `com.fasterxml.jackson.databind.JsonNode`): not allowed as per `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`: fetch the version again"),
                Case.of(
                        "a key twice",
                        manifest(text -> text.replace("\"step\" : 1500", "\"step\" : 1500,\n  \"step\" : 1500")),
                        manifest + "is not JSON: Duplicate field 'step': fetch the version again"),
                Case.of(
                        "JSON of something else",
                        manifest(text -> "[1, 2]"),
                        manifest + "has no formatVersion, expected a manifest"),
                Case.of(
                        "later formatVersion",
                        sealed(text -> text.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2")),
                        manifest + "formatVersion is 2, expected 1: this version is of another DRL-PUT"),
                Case.of(
                        "formatVersion is a text",
                        sealed(text -> text.replace("\"formatVersion\" : 1", "\"formatVersion\" : \"1\"")),
                        manifest + "has no formatVersion, expected a manifest"),
                Case.of(
                        "edited",
                        manifest(text -> text.replace("\"step\" : 1500", "\"step\" : 1501")),
                        manifest + "its SHA-256 is <sha>, expected <sha>: it was changed: fetch the version again"),
                Case.of(
                        "edited without a trace in its values",
                        manifest(text -> text.replace("\"step\" : 1500", "\"step\" :  1500")),
                        manifest + "its SHA-256 is <sha>, expected <sha>: it was changed: fetch the version again"),
                Case.of(
                        "no seal",
                        manifest(text -> text.replaceAll(",\n +\"manifestSha256\".*", "")),
                        manifest
                                + "does not end with its manifestSha256: it was cut or edited: fetch the version again"),
                Case.of(
                        "no version",
                        sealed(text -> text.replaceFirst("\"version\" : 1500,", "")),
                        manifest
                                + "is no manifest: Cannot map `null` into type `long` (set DeserializationConfig.DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES to 'false' to allow)"),
                Case.of(
                        "version is a text",
                        sealed(text -> text.replace("\"version\" : 1500", "\"version\" : \"newest\"")),
                        manifest
                                + "is no manifest: Cannot deserialize value of type `long` from String \"newest\": not a valid `long` value"),
                Case.of(
                        "no run, no files, no experiment",
                        sealed(text -> text.replace("\"run\"", "\"ran\"")
                                .replace("\"files\"", "\"file\"")
                                .replace("\"experimentSha256\"", "\"experiment\"")),
                        manifest + "is no manifest: a key is missing",
                        manifest + "is no manifest: rows or files are missing",
                        manifest + "is no manifest: experimentSha256 is no SHA-256"),
                Case.of(
                        "negative step, no weightsSha256",
                        sealed(text -> text.replace("\"step\" : 1500", "\"step\" : -1")
                                .replaceAll("\"weightsSha256\" : \"[0-9a-f]", "\"weightsSha256\" : \"")),
                        manifest + "is no manifest: version or step is negative",
                        manifest + "is no manifest: weightsSha256 is no SHA-256"),
                Case.of(
                        "a file from elsewhere",
                        sealed(text -> text.replace("weights-1.arrow", "../weights-1.arrow")),
                        manifest
                                + "is no manifest: file File[name=../weights-1.arrow, bytes=<size>, sha256=<sha>] is none of a version"),
                Case.of(
                        "a file twice, no encoder",
                        sealed(text -> text.replace("encoder.arrow", "weights-0.arrow")),
                        manifest
                                + "is no manifest: file File[name=weights-0.arrow, bytes=<size>, sha256=<sha>] is named twice",
                        manifest + "is no manifest: it names no encoder.arrow"),
                Case.of(
                        "another version's manifest",
                        version -> Files.write(
                                version.resolve("manifest.json"),
                                Files.readAllBytes(TestVersions.publish(version.resolve("../.."), 2, 1000)
                                        .resolve("manifest.json"))),
                        manifest + "is the manifest of version 1000: " + AGAIN));
    }

    static Stream<Case> files() {
        return Stream.of(
                Case.of(
                        "weights cut",
                        version -> cut(version.resolve("weights-1.arrow"), 1000),
                        "<dir>/weights-1.arrow: has <other size> bytes, expected <size>: " + AGAIN),
                Case.of(
                        "weights emptied",
                        version -> cut(version.resolve("weights-0.arrow"), 0),
                        "<dir>/weights-0.arrow: has 0 bytes, expected <size>: " + AGAIN),
                Case.of(
                        "weights with something behind them",
                        version -> Files.write(
                                version.resolve("weights-0.arrow"),
                                new byte[8],
                                java.nio.file.StandardOpenOption.APPEND),
                        "<dir>/weights-0.arrow: has <other size> bytes, expected <size>: " + AGAIN),
                Case.of(
                        "weights missing",
                        version -> Files.delete(version.resolve("weights-1.arrow")),
                        "<dir>/weights-1.arrow: is missing: fetch the version again"),
                Case.of(
                        "encoder missing",
                        version -> Files.delete(version.resolve("encoder.arrow")),
                        "<dir>/encoder.arrow: is missing: fetch the version again"),
                Case.of(
                        "experiment missing",
                        version -> Files.delete(version.resolve("experiment.yaml")),
                        "<dir>/experiment.yaml: is missing: fetch the version again"),
                Case.of(
                        "experiment edited",
                        version -> replace(version.resolve("experiment.yaml"), "hidden: [8, 6]", "hidden: [8, 7]"),
                        "<dir>/experiment.yaml: its SHA-256 is <sha>, expected <sha>: " + AGAIN),
                Case.of(
                        "weights of another version",
                        version -> Files.write(
                                version.resolve("weights-0.arrow"),
                                Files.readAllBytes(TestVersions.publish(version.resolve("../.."), 2, 1000)
                                        .resolve("weights-0.arrow"))),
                        "<dir>/weights-0.arrow: its SHA-256 is <sha>, expected <sha>: " + AGAIN),
                Case.of(
                        "a directory in place of a file",
                        version -> {
                            Files.delete(version.resolve("encoder.arrow"));
                            Files.createDirectory(version.resolve("encoder.arrow"));
                            Files.delete(version.resolve("weights-0.arrow"));
                        },
                        "<dir>/weights-0.arrow: is missing: fetch the version again",
                        "<dir>/encoder.arrow: is no file: fetch the version again"),
                Case.of(
                        "all at once",
                        version -> {
                            cut(version.resolve("weights-0.arrow"), 5);
                            Files.delete(version.resolve("weights-1.arrow"));
                            replace(version.resolve("experiment.yaml"), "name: test", "name: best");
                        },
                        "<dir>/weights-0.arrow: has 5 bytes, expected <size>: " + AGAIN,
                        "<dir>/weights-1.arrow: is missing: fetch the version again",
                        "<dir>/experiment.yaml: its SHA-256 is <sha>, expected <sha>: " + AGAIN));
    }

    /** Here the checksums are right, and what they vouch for does not fit together. */
    static Stream<Case> contents() {
        return Stream.of(
                Case.of(
                        "weights of another shape",
                        version -> put(version, weights(TestVersions.YAML.replace("[8, 6]", "[8, 7]"), 1)),
                        shape("layer1.weight", "[8, 7]", "[8, 6]"),
                        shape("layer1.gamma", "[7, 1]", "[6, 1]"),
                        shape("layer1.beta", "[7, 1]", "[6, 1]"),
                        shape("layer1.statistics", "[7, 2]", "[6, 2]"),
                        shape("output.weight", "[7, 6]", "[6, 6]")),
                Case.of(
                        "weights of a network with another layer",
                        version -> put(version, weights(TestVersions.YAML.replace("[8, 6]", "[8, 6, 6]"), 1)),
                        extra("layer2.weight"),
                        extra("layer2.gamma"),
                        extra("layer2.beta"),
                        extra("layer2.statistics")),
                Case.of(
                        "weights of a network with a layer less",
                        version -> put(version, weights(TestVersions.YAML.replace("[8, 6]", "[6]"), 1)),
                        shape("layer0.weight", "[16, 6]", "[16, 8]"),
                        shape("layer0.gamma", "[6, 1]", "[8, 1]"),
                        shape("layer0.beta", "[6, 1]", "[8, 1]"),
                        shape("layer0.statistics", "[6, 2]", "[8, 2]")),
                Case.of(
                        "a shard's part missing",
                        version -> {
                            Files.delete(version.resolve("weights-1.arrow"));
                            reseal(version, List.of("weights-0.arrow"));
                        },
                        "<dir>: rows 1 to 2 of tensor 'embedding.country', and rows of 12 other tensors, are in none of 1 weights files: is one missing?"),
                Case.of(
                        "no weights at all",
                        version -> reseal(version, List.of()),
                        "<dir>/manifest.json: is no manifest: it names no weights file"),
                Case.of(
                        "a shard's part twice",
                        version -> {
                            Files.copy(version.resolve("weights-0.arrow"), version.resolve("weights-2.arrow"));
                            reseal(version, List.of("weights-0.arrow", "weights-2.arrow", "weights-1.arrow"));
                        },
                        "<dir>/weights-2.arrow: row 0 of tensor 'embedding.country' is there twice: is the same part there twice?"),
                Case.of(
                        "NaN and infinite weights",
                        version -> {
                            Parameters weights = weights(TestVersions.YAML, 1);
                            weights.values("layer0.weight")[8 * 3 + 5] = Float.NaN;
                            weights.values("output.bias")[4] = Float.NEGATIVE_INFINITY;
                            put(version, weights);
                        },
                        "<dir>/weights-0.arrow: tensor 'layer0.weight' is NaN in row 3, column 5, expected finite weights: use an older version",
                        "<dir>/weights-0.arrow: tensor 'output.bias' is -Infinity in row 4, column 0, expected finite weights: use an older version"),
                Case.of(
                        "weights that are no Arrow file",
                        version -> {
                            Files.writeString(
                                    version.resolve("weights-0.arrow"), "these are no weights, but long enough");
                            reseal(version, List.of("weights-0.arrow", "weights-1.arrow"));
                        },
                        "<dir>/weights-0.arrow: can not be read as weights/1: missing Magic number [111, 110, 103, 32, 101, 110, 111, 117, 103, 104]: is the file whole?"),
                Case.of(
                        "another Arrow file in place of weights",
                        version -> {
                            Files.copy(
                                    version.resolve("encoder.arrow"),
                                    version.resolve("weights-0.arrow"),
                                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                            reseal(version, List.of("weights-0.arrow", "weights-1.arrow"));
                        },
                        "<dir>/weights-0.arrow: is encoder/1 with columns [feature: Utf8 not null, mean: FloatingPoint(DOUBLE) not null, deviation: FloatingPoint(DOUBLE) not null, min: FloatingPoint(DOUBLE) not null, max: FloatingPoint(DOUBLE) not null, missing: Int(64, true) not null], expected weights/1 with columns [tensor: Utf8 not null, rows: Int(64, true) not null, columns: Int(64, true) not null, firstRow: Int(64, true) not null, values: List<item: FloatingPoint(SINGLE) not null> not null]: this file is not of this DRL-PUT"),
                Case.of(
                        "encoder of other features",
                        version -> encoder(version, Map.of("ctr", new NumericStatistics(0, 1, 0, 1, 0))),
                        "<dir>/encoder.arrow: has the features [ctr], expected [ctr, hour]: " + OTHER),
                Case.of(
                        "encoder that divides by zero",
                        version -> {
                            Map<String, NumericStatistics> statistics = new LinkedHashMap<>();
                            statistics.put("ctr", new NumericStatistics(0, 0, 0, 1, 0));
                            statistics.put("hour", new NumericStatistics(Double.NaN, 1, 0, 1, 0));
                            encoder(version, statistics);
                        },
                        "<dir>/encoder.arrow: feature 'ctr' has mean 0.0 and deviation 0.0, expected finite ones, deviation > 0",
                        "<dir>/encoder.arrow: feature 'hour' has mean NaN and deviation 1.0, expected finite ones, deviation > 0"),
                Case.of(
                        "encoder of another version",
                        version -> {
                            Map<String, NumericStatistics> statistics = new LinkedHashMap<>();
                            statistics.put("ctr", new NumericStatistics(0.5, 2, -3, 5, 7));
                            statistics.put("hour", new NumericStatistics(0.5, 2, -3, 5, 7));
                            encoder(version, statistics);
                        },
                        "<dir>: weightsSha256 of its files is <sha>, expected <sha>: they are not of one version"),
                Case.of(
                        "an experiment of a later DRL-PUT",
                        version ->
                                experiment(version, TestVersions.YAML.replace("formatVersion: 1", "formatVersion: 3")),
                        """
                        <dir>/experiment.yaml: 1 problem
                          <dir>/experiment.yaml:1:16: formatVersion: found 3, expected 1: this file is of a later DRL-PUT
                          so this version can not be used: is it of another DRL-PUT?"""),
                Case.of("an experiment that is none", version -> experiment(version, "{"), """
                        <dir>/experiment.yaml: 1 problem
                          <dir>/experiment.yaml:1:2: is not valid YAML while parsing a flow node: expected the node content, but found '<stream end>'
                          so this version can not be used: is it of another DRL-PUT?"""));
    }

    private static String shape(String tensor, String found, String expected) {
        return "<dir>/weights-0.arrow: tensor '%s' has shape %s, expected %s: %s"
                .formatted(tensor, found, expected, OTHER);
    }

    private static String extra(String tensor) {
        return "<dir>/weights-0.arrow: holds tensor '%s', which the experiment's network does not have: %s"
                .formatted(tensor, OTHER);
    }

    private static void delete(Path version) throws IOException {
        try (Stream<Path> files = Files.list(version)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(version);
    }

    private static void cut(Path file, int bytes) throws IOException {
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), bytes));
    }

    private static void replace(Path file, String text, String by) throws IOException {
        Files.writeString(file, Files.readString(file).replace(text, by));
    }

    private interface Edit {
        String of(String text);
    }

    private static Damage manifest(Edit edit) {
        return version -> {
            Path file = version.resolve("manifest.json");
            Files.writeString(file, edit.of(Files.readString(file)));
        };
    }

    /** The manifest edited, and sealed again. */
    private static Damage sealed(Edit edit) {
        return manifest(text -> {
            String bare = edit.of(text).replaceFirst("(\"manifestSha256\" : \")[0-9a-f]{64}", "$1");
            String seal = ExperimentLoader.sha256(bare.getBytes(StandardCharsets.UTF_8));
            return bare.replace("\"manifestSha256\" : \"", "\"manifestSha256\" : \"" + seal);
        });
    }

    private static Parameters weights(String yaml, long seed) {
        return TestVersions.initialWeights(
                ModelSpec.of(ExperimentLoader.parse(yaml, "test.yaml")).tensors(), seed);
    }

    /** Makes these weights those of the version, in one part. */
    private static void put(Path version, Parameters weights) throws IOException {
        WeightsFile.write(version.resolve("weights-0.arrow"), new ShardLayout(1), 0, weights, weights.tensors());
        reseal(version, List.of("weights-0.arrow"));
    }

    private static void encoder(Path version, Map<String, NumericStatistics> statistics) throws IOException {
        EncoderFile.write(version.resolve("encoder.arrow"), statistics);
        reseal(version, List.of("weights-0.arrow", "weights-1.arrow"));
    }

    private static void experiment(Path version, String yaml) throws IOException {
        Files.writeString(version.resolve("experiment.yaml"), yaml);
        reseal(version, List.of("weights-0.arrow", "weights-1.arrow"));
    }

    /** A manifest that vouches for the files as they are now. */
    private static void reseal(Path version, List<String> weightsFiles) throws IOException {
        Manifest old = ManifestFile.read(version);
        List<Manifest.File> files = new ArrayList<>();
        for (String name : weightsFiles) {
            files.add(AtomicFile.describe(version.resolve(name)));
        }
        files.add(AtomicFile.describe(version.resolve("encoder.arrow")));
        String experiment =
                AtomicFile.describe(version.resolve("experiment.yaml")).sha256();
        Manifest manifest = TestVersions.manifest(old.version(), experiment, old.weightsSha256(), files);
        Files.write(version.resolve("manifest.json"), ManifestFile.bytes(manifest));
    }
}
