package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.drlput.common.version.VersionRegistry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies by the command line alone, on a market with few actions. */
class StudiesTest {
    private static final String YAML = """
            formatVersion: 1
            name: small-market
            features:
              - {name: activity, type: numeric}
              - {name: device, type: categorical, vocabulary: [phone, desktop, tablet], dimension: 4}
            actions:
              behaviour: uniform
              hyperparameters:
                - {name: w_click, levels: [0, 1, 8], production: 1}
                - {name: w_conversion, levels: [0, 3], production: 3}
            reward:
              active: R0
              outcomes:
                revenue: {column: revenue}
                click: {column: click}
                conversion: {column: conversion, delayColumn: conversion_delay_ms, windowMillis: 86400000, unseen: corrected}
              variants: {R0: {revenue: 1, conversion: 1}, C: {click: 1}}
            traffic: {reweight: true}
            network: {hidden: [16]}
            training: {rowsPerStep: 256, microBatches: 8, checkpointIntervalMillis: 200}
            evaluation: {minEffectiveSampleSize: 10}
            versions: {everySteps: 20}
            """;

    @TempDir
    static Path directory;

    private static Path logs;

    private static Cli.Result simulate(Path out, String... more) throws IOException {
        Path experiment = Files.writeString(directory.resolve(out.getFileName() + ".yaml"), YAML);
        return Cli.run(Stream.concat(
                        Stream.of(
                                "simulate",
                                "--rows",
                                "6000",
                                "--seed",
                                "3",
                                "--experiment",
                                experiment.toString(),
                                "--out",
                                out.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @BeforeAll
    static void simulateTooManyHeavyUsersUntilTheCut() throws IOException {
        logs = directory.resolve("logs");
        Cli.Result simulated = simulate(logs, "--heavy-users", "3", "--cut");
        assertThat(simulated.err()).isEmpty();
        assertThat(simulated.code()).isZero();
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void ablationPutsRewardsSideBySide() throws IOException {
        Path out = directory.resolve("ablation");

        Cli.Result result = Cli.run(
                "ablate",
                "--rewards",
                "R0,C",
                "--logs",
                logs.toString(),
                "--out",
                out.toString(),
                "--parallelism",
                "2");

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains("\nreward         R0\n")
                .contains("\nreward         C\n")
                .containsPattern("per request +revenue +click +conversion\n")
                .containsPattern("manual setting( +\\d\\.\\d{4}){3}\n")
                .contains("true values, by the simulator\n");
        JsonNode ablation = json(out.resolve("ablation.json"));
        assertThat(ablation.at("/outcomes")).hasSize(3);
        assertThat(ablation.at("/arms/1/reward").asText()).isEqualTo("C");
        assertThat(ablation.at("/arms/1/formula").asText()).isEqualTo("1 x click");
        JsonNode clicks = ablation.at("/arms/1/effects/click");
        assertThat(clicks.at("/value/estimator").asText()).isEqualTo("snips");
        assertThat(clicks.at("/truth/standardError").asDouble()).isPositive();
        double most = clicks.at("/truth/value").asDouble();
        assertThat(most)
                .isGreaterThan(ablation.at("/references/0/levels/click/truth").asDouble());
        assertThat(Files.readString(out.resolve("ablation.html")))
                .contains("What each reward buys</h1>")
                .contains("Most click</h2>")
                .contains("exploration traffic")
                .doesNotContain("NaN")
                .doesNotContain(">null<");
        assertThat(out.resolve("C/report.html")).isNotEmptyFile();
        theFirstPassLeavesWhatItCorrectedBy(out.resolve("R0"));
        aVersionIsJudgedByLogsAsItsRunJudgedIt(out.resolve("R0"));
        thePolicyStandsBesideEachAction(out.resolve("C"));
    }

    /** With the weights of rows, and the outcomes that have not come yet made up for. */
    private static void aVersionIsJudgedByLogsAsItsRunJudgedIt(Path run) throws IOException {
        List<Long> versions = new VersionRegistry(run).versions();
        long last = versions.get(versions.size() - 1);
        Path out = directory.resolve("judged");

        Cli.Result result = Cli.run(
                "evaluate",
                "--version",
                new VersionRegistry(run).directory(last).toString(),
                "--logs",
                logs.toString(),
                "--rows",
                "held-out",
                "--out",
                out.toString());

        assertThat(result.code()).as(result.err()).isZero();
        JsonNode expected = json(run.resolve("evaluations/" + last + ".json"));
        JsonNode found = json(out.resolve("evaluation.json"));
        assertThat(expected.at("/estimates/snips/value/believable").asBoolean()).isTrue();
        for (String figure : List.of(
                "/rows",
                "/behaviourValue/value",
                "/behaviourValue/effectiveSampleSize",
                "/estimates/snips/value/value",
                "/estimates/snips/value/low",
                "/outcomes/conversion/value/value")) {
            assertThat(found.at(figure)).as(figure).isEqualTo(expected.at(figure));
        }
    }

    private static void thePolicyStandsBesideEachAction(Path run) {
        Cli.Result result = Cli.run("actions", run.toString());

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out())
                .containsPattern("^\\d{3} rows that version \\d+ did not learn from; reward per request\n")
                .containsPattern("\npolicy +\\d+ +\\d+ +\\d\\.\\d{4}  \\d\\.\\d{4} to \\d\\.\\d{4}\n")
                .containsPattern("\nas logged +\\d{3} ")
                .containsPattern("\nw_click 8, w_conversion 0 +\\d+\\.\\d % .* [+-]\\d\\.\\d{4} \\(")
                .containsPattern("\n(these rows can not tell|the policy is better|the best single action)");
    }

    @Test
    void actionsOfWhatIsNoRunAreNotThere() {
        Cli.Result result = Cli.run("actions", directory.resolve("no-such-run").toString());

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).startsWith("error: ").contains("no-such-run");
    }

    @Test
    void aSweepIsRefusedBeforeItsOptimumIsSearched() {
        Path out = directory.resolve("sweep");
        for (List<String> wrong : List.of(
                List.of("--groups 1", "1", "error: there is no grid to train on, or one twice"),
                List.of("--levels 3 --groups 2,2", "1", "found     --levels [3] --groups [2, 2]"),
                List.of("--groups two", "2", "--groups"),
                List.of("--parallelism 0", "2", "--parallelism"),
                List.of("--level 10", "2", "--levels"),
                List.of("--rows 0", "2", "--rows"))) {
            Cli.Result result = Cli.run(("sweep --out " + out + " " + wrong.get(0)).split(" "));
            assertThat(result.code()).as(wrong.get(0)).isEqualTo(Integer.parseInt(wrong.get(1)));
            assertThat(result.err()).as(wrong.get(0)).contains(wrong.get(2));
            assertThat(out).doesNotExist();
        }
    }

    @Test
    void biasSaysWhichPathIsNotThere() {
        Cli.Result noLogs =
                Cli.run("bias", "--logs", directory.resolve("nothing").toString());
        Cli.Result misspelt = Cli.run("bias", "--log", logs.toString());

        assertThat(noLogs.code()).isEqualTo(1);
        assertThat(noLogs.err()).contains("nothing");
        assertThat(misspelt.code()).isEqualTo(2);
        assertThat(misspelt.err()).contains("--logs");
    }

    /** And the report tells of it. */
    private static void theFirstPassLeavesWhatItCorrectedBy(Path run) throws IOException {
        JsonNode late = json(run.resolve("first-pass/delays.json")).at("/outcomes/0");
        assertThat(late.path("outcome").asText()).isEqualTo("conversion");
        assertThat(late.path("seenShare").asDouble()).isBetween(0.3, 0.7);
        assertThat(json(run.resolve("first-pass/bias.json"))
                        .at("/features/0/feature")
                        .asText())
                .isEqualTo("activity");
        assertThat(Files.readString(run.resolve("report.html")))
                .contains("The logs beside all traffic</h2>")
                .contains("Segments with too many or too few rows");
    }

    @Test
    void anAblationIsNotOverwrittenByAccident() throws IOException {
        Path out = Files.createDirectories(directory.resolve("used"));
        Files.createDirectories(out.resolve("R0"));

        Cli.Result refused = Cli.run("ablate", "--rewards", "R0,C", "--logs", logs.toString(), "--out", out.toString());
        Cli.Result noStudy = Cli.run(
                "ablate", "--rewards", "R0,C", "--logs", logs.toString(), "--out", out.toString(), "--overwrite");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("error: there is something already")
                .contains("found     R0");
        assertThat(noStudy.code()).isEqualTo(1);
        assertThat(noStudy.err()).startsWith("error: --overwrite deletes studies, and this is none");
        assertThat(out.resolve("R0")).exists();
    }

    @Test
    void rewardsThatAreNotThereAreToldBeforeAnythingIsTrained() {
        Path out = directory.resolve("none");

        Cli.Result unknown =
                Cli.run("ablate", "--rewards", "R0,R9", "--logs", logs.toString(), "--out", out.toString());
        Cli.Result one = Cli.run("ablate", "--rewards", "R0", "--logs", logs.toString(), "--out", out.toString());

        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err())
                .startsWith("error: there is no reward 'R9'; did you mean 'R0'?")
                .contains("variants of the experiment's reward: R0, C");
        assertThat(one.code()).isEqualTo(1);
        assertThat(one.err()).startsWith("error: an ablation compares rewards");
        assertThat(out).doesNotExist();
    }

    @Test
    void biasNamesTheFeatureThatTheLogsWereChosenBy() throws IOException {
        Path out = directory.resolve("bias");

        Cli.Result result = Cli.run("bias", "--logs", logs.toString(), "--out", out.toString());

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains(
                        "6,000 logged requests beside 6,000 of all traffic: 1 of 2 features differ beyond chance, most of all"
                                + " activity")
                .containsPattern("activity +0\\.\\d{4}   0\\.\\d{4} to 0\\.\\d{4}\n")
                .containsPattern("device +-?0\\.0\\d{3}   .*   no difference\n")
                .containsPattern("activity: \\S+ and above +\\d");
        assertThat(json(out.resolve("bias.json")).path("logRows").asInt()).isEqualTo(6000);
        assertThat(Files.readString(out.resolve("bias.html"))).contains("Distance by feature");
    }

    @Test
    void withoutTrafficThereIsNothingToCompareWith() throws IOException {
        Path alone = Files.createDirectories(directory.resolve("alone"));
        Files.copy(logs.resolve("log-00000.arrow"), alone.resolve("log.arrow"));
        Files.writeString(alone.resolve("experiment.yaml"), YAML);

        Cli.Result bias = Cli.run("bias", "--logs", alone.toString());
        Cli.Result train = Cli.run(
                "train",
                "--logs",
                alone.toString(),
                "--out",
                directory.resolve("no-run").toString());

        assertThat(bias.code()).isEqualTo(1);
        assertThat(bias.err())
                .startsWith("error: there is no sample of all traffic")
                .contains("--traffic");
        assertThat(train.code()).isEqualTo(1);
        assertThat(train.err())
                .contains(
                        "traffic.reweight is set, and there is no sample of all traffic: expected files beside the logs");
    }

    @Test
    void optionsOfAnotherBehaviourAreRefused() {
        for (List<String> wrong : List.of(
                List.of("--deviation 2", "--deviation is of --behaviour gaussian, not of uniform"),
                List.of("--behaviour gausian", "found 'gausian', expected one of uniform, gaussian, policy"),
                List.of("--behaviour policy", "--behaviour policy needs --policy"))) {
            Cli.Result result = Cli.run(
                    ("simulate --rows 10 --seed 1 --out " + directory.resolve("x") + " " + wrong.get(0)).split(" "));
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.err()).contains(wrong.get(1));
        }
    }

    @Test
    void aBehaviourThatIsNotUniformMustBeDeclared() throws IOException {
        Cli.Result refused = simulate(directory.resolve("gaussian"), "--behaviour", "gaussian");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("set actions.behaviour: logged");
    }
}
