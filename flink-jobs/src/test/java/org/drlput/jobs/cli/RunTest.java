package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From logs to judged versions by the command line alone: one small run, and what can be done with it. */
class RunTest {
    private static final String YAML = """
            formatVersion: 1
            name: small-market
            features:
              - {name: ctr_30d, type: numeric}
              - {name: country, type: categorical, vocabulary: [us, gb, de, jp, fr, br, in], dimension: 4}
            actions:
              hyperparameters:
                - {name: w_click, levels: [0, 1, 4], production: 1}
                - {name: reserve_price, levels: [0, 0.4], production: 0.4}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}, long_click: {column: long_click}}
              variants: {R0: {revenue: 1, long_click: 0.5}}
            network: {hidden: [16]}
            training: {rowsPerStep: 256, microBatches: 8, checkpointIntervalMillis: 200}
            evaluation: {holdout: {share: 0.2}, minEffectiveSampleSize: 10, segments: [{feature: ctr_30d, quantiles: 3}]}
            versions: {everySteps: 10}
            """;

    @TempDir
    static Path directory;

    private static Path logs;
    private static Path run;
    private static Cli.Result trained;

    @BeforeAll
    static void simulateAndTrain() throws IOException {
        Path experiment = Files.writeString(directory.resolve("small.yaml"), YAML);
        logs = directory.resolve("logs");
        run = directory.resolve("run");
        Cli.Result simulated = Cli.run(
                "simulate",
                "--rows",
                "6000",
                "--seed",
                "3",
                "--out",
                logs.toString(),
                "--experiment",
                experiment.toString());
        assertThat(simulated.err()).isEmpty();
        trained = train(run, "--parallelism", "2", "--shards", "2", "--http-port", "0");
    }

    private static Cli.Result train(Path out, String... more) {
        return Cli.run(
                Stream.concat(Stream.of("train", "--logs", logs.toString(), "--out", out.toString()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void trainLeavesSummaryAndReportAndPrintsWhere() throws IOException {
        assertThat(trained.err()).isEmpty();
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out())
                .contains("done  step 24/24  ")
                .contains("version        24: 24 steps, ")
                .contains("Relative Gain  ")
                .contains("% of the gap between best single action and oracle closed")
                .contains("summary        " + run.resolve("summary.json"))
                .endsWith("report         " + run.resolve("report.html") + "\n");
        assertThat(run.resolve("report.html")).isNotEmptyFile();
        assertThat(run.resolve("drlput.log")).exists();
    }

    @Test
    void aConsoleIsThereForAsLongAsTrainRuns() throws IOException {
        Matcher address = Pattern.compile("^console        http://127\\.0\\.0\\.1:(\\d+)/\n")
                .matcher(trained.out());
        assertThat(address.find()).as(trained.out()).isTrue();
        int port = Integer.parseInt(address.group(1));

        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path other = directory.resolve("no-console");
            Cli.Result refused = train(other, "--http-port", String.valueOf(taken.getLocalPort()));
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("the console can not listen on 127.0.0.1:" + taken.getLocalPort())
                    .contains("use another port, or stop who has it");
            // nothing is in the way of the next attempt
            assertThat(other).doesNotExist();
        }
        Cli.Result misplaced = train(directory.resolve("none"), "--http-port", "0", "--servers", "127.0.0.1:1");
        assertThat(misplaced.code()).isEqualTo(2);
        assertThat(misplaced.err()).contains("start one of the servers 127.0.0.1:1 with --http-port");
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void trainSaysWhatToUse() throws IOException {
        JsonNode selection = json(run.resolve("selection.json"));

        assertThat(selection.path("formatVersion").asInt()).isEqualTo(1);
        assertThat(selection.path("versions").asInt())
                .isEqualTo(new VersionRegistry(run).versions().size());
        assertThat(selection.at("/bestFixed/low").asDouble())
                .isPositive()
                .isLessThan(selection.at("/bestFixed/value").asDouble());
        assertThat(selection.at("/bestFixed/matchedRows").asInt()).isPositive();
        JsonNode gate = json(run.resolve("summary.json")).path("gate");
        assertThat(gate.path("version")).isEqualTo(selection.at("/chosen/version"));
        assertThat(trained.out())
                .contains("to use         " + gate.path("verdict").asText() + "\n               "
                        + selection.path("reason").asText() + "\n");
    }

    @Test
    void summaryAddsUp() throws IOException {
        JsonNode summary = json(run.resolve("summary.json"));

        assertThat(summary.path("formatVersion").asInt()).isEqualTo(1);
        assertThat(summary.path("command").asText()).isEqualTo("train");
        assertThat(summary.path("rows").asLong())
                .isEqualTo(6000)
                .isEqualTo(summary.path("rowsTrained").asLong()
                        + summary.path("rowsHeldOut").asLong());
        assertThat(summary.path("rejectedRows").isObject()).isTrue();
        assertThat(summary.path("steps").asInt()).isEqualTo(24);
        assertThat(summary.at("/relativeGain/estimator").asText()).isEqualTo("snips");
        assertThat(summary.at("/estimates/ips/effectiveSampleSize").isNumber()).isTrue();
        JsonNode truth = summary.path("truth");
        assertThat(truth.path("gapClosed").asDouble())
                .isEqualTo((truth.path("learned").asDouble()
                                - truth.path("bestFixed").asDouble())
                        / (truth.path("oracle").asDouble()
                                - truth.path("bestFixed").asDouble()));
        assertThat(json(run.resolve("true-values.json")).at("/24/value").asDouble())
                .isEqualTo(truth.path("learned").asDouble());
    }

    @Test
    void theReportCanBeMadeAgain() throws IOException {
        byte[] before = Files.readAllBytes(run.resolve("report.html"));

        Cli.Result again = Cli.run("report", run.toString());

        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out()).isEqualTo("report         " + run.resolve("report.html") + "\n");
        assertThat(run.resolve("report.html")).hasBinaryContent(before);
    }

    @Test
    void aRunIsNotOverwrittenByAccidentAndGivesTheSameWeightsAgain() throws IOException {
        Path second = directory.resolve("second");
        Cli.Result first = train(second, "--parallelism", "1", "--shards", "1");
        String weights =
                json(second.resolve("summary.json")).path("weightsSha256").asText();
        Files.writeString(second.resolve("notes.txt"), "mine");

        Cli.Result refused = train(second);
        Cli.Result again = train(second, "--parallelism", "4", "--shards", "3", "--overwrite");

        assertThat(first.code()).as(first.err()).isZero();
        assertThat(refused.code()).as(refused.err()).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("error: there is a run already\n  where     " + second + "\n  found     experiment.yaml, ")
                .contains("\n  to do     give another --out, or --overwrite to delete that run\n");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(second.resolve("notes.txt")).hasContent("mine");
        assertThat(json(second.resolve("summary.json")).path("weightsSha256").asText())
                .isEqualTo(weights)
                .isEqualTo(
                        json(run.resolve("summary.json")).path("weightsSha256").asText());
    }

    @Test
    void evaluateJudgesByFreshLogs() throws IOException {
        Path fresh = directory.resolve("fresh");
        Path judged = directory.resolve("judged");
        Cli.run(
                "simulate",
                "--rows",
                "3000",
                "--seed",
                "3",
                "--log",
                "1",
                "--out",
                fresh.toString(),
                "--experiment",
                directory.resolve("small.yaml").toString(),
                "--format",
                "csv");

        Cli.Result result = Cli.run(
                "evaluate",
                "--version",
                run.resolve("versions/000000000024").toString(),
                "--logs",
                fresh.toString(),
                "--out",
                judged.toString());

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).as(result.err()).isZero();
        JsonNode summary = json(judged.resolve("summary.json"));
        assertThat(summary.path("command").asText()).isEqualTo("evaluate");
        assertThat(summary.path("rowsHeldOut").asLong()).isEqualTo(3000);
        assertThat(summary.path("weightsSha256"))
                .isEqualTo(json(run.resolve("summary.json")).path("weightsSha256"));
        assertThat(summary.at("/truth/learned"))
                .isEqualTo(json(run.resolve("summary.json")).at("/truth/learned"));
        assertThat(json(judged.resolve("evaluation.json")).path("rows").asLong())
                .isEqualTo(3000);
        assertThat(result.out())
                .contains("version        24, judged on 3,000 rows in ")
                .contains("summary        " + judged.resolve("summary.json"));
    }

    private static Cli.Result compare(String first, String second, String... more) {
        return Cli.run(Stream.concat(
                        Stream.of(
                                "compare",
                                run.resolve("versions/" + first).toString(),
                                run.resolve("versions/" + second).toString(),
                                "--logs",
                                logs.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @Test
    void compareSetsTwoVersionsSideBySideOnTheSameRows() throws IOException {
        Path out = directory.resolve("compared");

        Cli.Result result = compare("000000000024", "000000000010", "--rows", "held-out", "--out", out.toString());

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("compared       version 24 with version 10 by SNIPS, on the same ")
                .contains("\nversion 24     ")
                .contains("\nversion 10     ")
                .contains("\ndifference     ")
                .contains("\nverdict        ")
                .contains("\noutcome        long_click: ")
                .contains("\nby ctr_30d\n")
                .endsWith("comparison     " + out.resolve("comparison.json") + "\n");
        JsonNode comparison = json(out.resolve("comparison.json"));
        assertThat(comparison.path("estimates").size()).isEqualTo(9);
        assertThat(comparison.at("/estimates/dr/difference/believable").isBoolean())
                .isTrue();
        // three quantiles, and the missing ones, of which there is no row
        assertThat(comparison.path("segments").size()).isEqualTo(4);
    }

    @Test
    void aVersionCanNotBeToldFromItself() {
        Cli.Result result = compare("000000000024", "000000000024", "--estimator", "dr");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("by DR, on the same 6,000 rows\n")
                .contains("verdict        they can not be told apart: on these rows they do not differ\n");
    }

    @Test
    void anEstimatorThatIsNoneIsTold() {
        Cli.Result result = compare("000000000024", "000000000010", "--estimator", "snip");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .startsWith(
                        "error: there is no estimator 'snip'; did you mean 'snips'?\n  expected  one of ips, clippedIps, snips, ");
    }

    @Test
    void everyVersionIsEvaluatedByAllEstimatorsWithAModelOfTrainingRows() throws IOException {
        JsonNode evaluation = json(run.resolve("evaluations/24.json"));

        assertThat(evaluation.path("estimates").size()).isEqualTo(9);
        assertThat(evaluation.at("/estimates/dr/relativeGain/believable").asBoolean())
                .isTrue();
        assertThat(evaluation
                        .at("/estimates/dr/relativeGain/intervals/bootstrap/low")
                        .isNumber())
                .isTrue();
        assertThat(evaluation.at("/outcomes/long_click/gainOverManual/low").isNumber())
                .isTrue();
    }

    @Test
    void heldOutRowsAloneCanBeJudgedBy() throws IOException {
        Path judged = directory.resolve("held-out");

        Cli.Result result = Cli.run(
                "evaluate",
                "--version",
                run.resolve("versions/000000000024").toString(),
                "--logs",
                logs.toString(),
                "--out",
                judged.toString(),
                "--rows",
                "held-out");

        assertThat(result.code()).as(result.err()).isZero();
        JsonNode again = json(judged.resolve("evaluation.json"));
        JsonNode first = json(run.resolve("evaluations/24.json"));
        assertThat(again.path("rows")).isEqualTo(first.path("rows"));
        // the others use a reward model, here of the judged rows themselves, there of the rows that trained
        for (String estimator : List.of("ips", "clippedIps", "snips")) {
            assertThat(again.path("estimates").path(estimator))
                    .as(estimator)
                    .isNotEmpty()
                    .isEqualTo(first.path("estimates").path(estimator));
        }
    }

    @Test
    void aVersionIsConsumedAsTheDocumentSays() throws IOException {
        Path directory = run.resolve("versions/000000000024");

        // docs/consume.md shows these lines
        Version version = Version.read(directory);
        Policy policy = Policy.of(version, Kernels.best(), 1);
        Policy.Decision decision = policy.decide(Map.of("ctr_30d", 0.07, "country", "de"));
        Map<String, Double> hyperparameters = decision.hyperparameters();
        // to here

        assertThat(hyperparameters).containsOnlyKeys("w_click", "reserve_price");
        String document = Files.readString(Path.of("..", "docs", "consume.md"));
        List<String> shown = Files.readAllLines(Path.of("src/test/java/org/drlput/jobs/cli/RunTest.java")).stream()
                .dropWhile(line -> !line.contains("docs/consume.md shows these lines"))
                .skip(1)
                .takeWhile(line -> !line.contains("// to here"))
                .map(String::strip)
                .toList();
        assertThat(shown).hasSize(4).allSatisfy(line -> assertThat(document).contains(line));
    }

    @Test
    void aDamagedVersionIsRefused() throws IOException {
        Path copy = directory.resolve("damaged");
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(run.resolve("versions/000000000024"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        byte[] weights = Files.readAllBytes(copy.resolve("weights-1.arrow"));
        weights[weights.length / 2] ^= 1;
        Files.write(copy.resolve("weights-1.arrow"), weights);
        Path judged = directory.resolve("judged-damaged");

        Cli.Result result = Cli.run(
                "evaluate", "--version", copy.toString(), "--logs", logs.toString(), "--out", judged.toString());

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).startsWith("error: ").contains("weights-1.arrow: its SHA-256 is ");
        assertThat(judged).doesNotExist();
    }
}
