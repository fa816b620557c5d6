package org.drlput.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.drlput.common.simulate.LogSimulator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportTest {
    /** Spaces that do not break. */
    private static final String NBSP = "\u00a0";

    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void setUp() {
        directory = temporary.resolve("run");
    }

    private static String page(Path directory) throws IOException {
        return Files.readString(Report.write(directory)).replace(NBSP, " ");
    }

    @Test
    void tellsWhatWasLearnedAndHowSureThatIs() throws IOException {
        String page = page(TestRun.of(directory).write());

        assertThat(page)
                .contains("more than exploration traffic</h1>")
                .contains("by SNIPS on 100,000 held-out requests, of which 812 had the action that the policy takes.")
                .contains("Gap closed</h2><p class=\"value good\">88.7 %")
                .contains("truly +24.1 %, inside the interval")
                .contains("Diversity</h2>")
                .contains("the oracle&#39;s: 4.4 %");
    }

    @Test
    void hasEveryPartOfTheRun() throws IOException {
        String page = page(TestRun.of(directory).write());

        assertThat(page)
                .contains("Relative Gain by step, estimate with 95 % interval and truth")
                .contains("Progressive reward by step, of the policy and of the logs")
                .contains("aria-label=\"Diversity by step\"")
                .contains("Share of requests by action")
                .contains("Does it personalize? Mean hyperparameters by ctr_30d")
                .contains("w_long_click follows w_click.")
                .contains("Estimators side by side")
                .contains("rejected: propensityRange")
                .contains("The audit found nothing strange.")
                .contains("Rows per second over the seconds of training")
                .contains("drlput demo --rows 1000000 --seed 7 --out out")
                .contains("openblas/skylakex")
                .contains("Seed of the market")
                .contains("# The experiment of `drlput demo`");
    }

    @Test
    void loadsNothingAndRunsNothing() throws IOException {
        String page = page(TestRun.of(directory).write());

        assertThat(page).contains("default-src &#39;none&#39;".replace("&#39;", "'"));
        assertThat(Pattern.compile("<(script|iframe|object|embed|img|audio|video|source|base|form)\\b")
                        .matcher(page)
                        .find())
                .isFalse();
        assertThat(Pattern.compile("\\b(src|href|action|data)=\"(?!#|data:,\")")
                        .matcher(page)
                        .find())
                .isFalse();
        assertThat(Pattern.compile("url\\(|@import|javascript:|\\bon\\w+=\"")
                        .matcher(page)
                        .find())
                .isFalse();
    }

    @Test
    void withoutTruthItIsComparedWithTheManualSetting() throws IOException {
        String page = page(TestRun.of(directory).withoutTruth().write());

        assertThat(page)
                .contains("Over the manual setting</h2>")
                .doesNotContain("Gap closed")
                .doesNotContain("oracle")
                .doesNotContain("True reward");
    }

    @Test
    void anEstimateOfTooFewRowsIsNeverShown() throws IOException {
        String page = page(TestRun.of(directory).withoutTruth().withTooFewRows().write());

        assertThat(page)
                .contains("<h1>Not enough evidence for an estimate</h1>")
                .contains("64 had the action that the policy would take, 11 of them with a reward."
                        + " the effective sample size 61 is below 100.")
                .contains("no estimate")
                .doesNotContain("NaN")
                .doesNotContain(">null<");
    }

    @Test
    void warningsOfTheAuditComeFirst() throws IOException {
        String page = page(TestRun.of(directory)
                .withWarnings("3 of 125 actions were never logged")
                .write());

        assertThat(page)
                .contains("<ul class=\"warnings\"><li>3 of 125 actions were never logged</li></ul>")
                .doesNotContain("found nothing strange");
    }

    @Test
    void whatComesFromFilesIsNoMarkup() throws IOException {
        String yaml = new String(LogSimulator.defaultExperiment(), StandardCharsets.UTF_8)
                .replace("R0", "'R<img src=x onerror=alert(1)>'");
        String page = page(TestRun.of(directory, yaml)
                .withCommand("drlput '</pre><script>alert(1)</script>' \u0000\ud800")
                .withWarnings("feature '\"><svg onload=alert(1)>' is 1")
                .write());

        assertThat(page)
                .doesNotContain("<img")
                .doesNotContain("<script")
                .doesNotContain("<svg onload")
                .contains("&lt;/pre&gt;&lt;script&gt;alert(1)")
                .contains("Reward R&lt;img src=x onerror=alert(1)&gt; per request");
        assertThat(page.chars()).noneMatch(c -> c == 0 || c >= 0x7f && c < 0xa0);
    }

    @Test
    void theSameRunGivesTheSameBytes() throws IOException {
        byte[] first = Files.readAllBytes(Report.write(TestRun.of(directory).write()));

        assertThat(Report.write(directory)).hasBinaryContent(first);
    }

    @Test
    void aRunOfOneVersionHasNoCurvesAndNoErrors() throws IOException {
        TestRun.of(directory).write();
        try (Stream<Path> evaluations = Files.list(directory.resolve("evaluations"))) {
            for (Path evaluation : evaluations.toList()) {
                if (!evaluation.endsWith("977.json")) {
                    Files.delete(evaluation);
                }
            }
        }
        Files.delete(directory.resolve("history.jsonl"));

        assertThat(page(directory))
                .contains("The run was too short for a curve.")
                .doesNotContain("NaN")
                .doesNotContain("Infinity");
    }

    @Test
    void aVersionThatCouldNotBeEvaluatedIsLeftOut() throws IOException {
        TestRun.of(directory).write();
        Files.writeString(
                directory.resolve("evaluations/50.json"),
                new String(
                        org.drlput.common.estimate.Evaluation.failed(50, 50, "no row is held out")
                                .toJson(),
                        StandardCharsets.UTF_8));

        assertThat(page(directory)).doesNotContain("version 50:").contains("version 100:");
    }

    private interface Damage {
        void doTo(Path run) throws IOException;
    }

    private record Broken(String name, Damage damage, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Broken> brokenRuns() {
        return List.of(
                new Broken(
                        "no experiment",
                        run -> Files.delete(run.resolve("experiment.yaml")),
                        "experiment.yaml: is missing"),
                new Broken(
                        "experiment with a typo",
                        run -> Files.writeString(run.resolve("experiment.yaml"), "formatVersion: 1\nnme: x\n"),
                        "did you mean 'name'?"),
                new Broken(
                        "no first pass",
                        run -> Files.delete(run.resolve("first-pass/first-pass.json")),
                        "there is no first pass: expected first-pass.json"),
                new Broken(
                        "first pass cut off",
                        run -> Files.writeString(run.resolve("first-pass/first-pass.json"), "{\"rows\":"),
                        "first-pass.json: is broken"),
                new Broken("no run.json", run -> Files.delete(run.resolve("run.json")), "run.json: is missing"),
                new Broken(
                        "run.json is no JSON",
                        run -> Files.writeString(run.resolve("run.json"), "run"),
                        "run.json: is no run.json of DRL-PUT"),
                new Broken(
                        "no summary",
                        run -> Files.delete(run.resolve("summary.json")),
                        "summary.json: is missing: the run did not come to its end"),
                new Broken(
                        "summary is a list",
                        run -> Files.writeString(run.resolve("summary.json"), "[]"),
                        "summary.json: is no summary of a run"),
                new Broken(
                        "summary is null",
                        run -> Files.writeString(run.resolve("summary.json"), "null"),
                        "summary.json: formatVersion is missing, expected 1"),
                new Broken(
                        "summary of a later DRL-PUT",
                        run -> replace(run.resolve("summary.json"), "\"formatVersion\" : 1", "\"formatVersion\" : 2"),
                        "summary.json: formatVersion is 2, expected 1"),
                new Broken(
                        "summary without its rows",
                        run -> replace(run.resolve("summary.json"), "\"rows\" : 1000000", "\"rows\" : null"),
                        "summary.json: is no summary of a run"),
                new Broken(
                        "truth is empty",
                        run -> Files.writeString(run.resolve("truth.json"), ""),
                        "truth.json: is no truth of a simulated market"),
                new Broken(
                        "true values are a list",
                        run -> Files.writeString(run.resolve("true-values.json"), "[1]"),
                        "true-values.json: holds no true values"),
                new Broken(
                        "true values of no version",
                        run -> Files.writeString(run.resolve("true-values.json"), "{\"x\":{}}"),
                        "true-values.json: holds no true values"),
                new Broken(
                        "an evaluation is cut off",
                        run -> Files.writeString(run.resolve("evaluations/50.json"), "{\"version\":50"),
                        "evaluations/50.json"),
                new Broken(
                        "history is binary",
                        run -> Files.write(run.resolve("history.jsonl"), new byte[] {(byte) 0xff, 0, 1}),
                        "history.jsonl"));
    }

    private static void replace(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    @ParameterizedTest
    @MethodSource("brokenRuns")
    void aBrokenRunIsToldAndLeftAsItIs(Broken broken) throws IOException {
        TestRun.of(directory).write();
        broken.damage().doTo(directory);
        List<String> before = content(directory);

        assertThatThrownBy(() -> Report.write(directory))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining(broken.message());
        assertThat(content(directory)).isEqualTo(before);
    }

    @Test
    void allThatIsMissingIsToldAtOnce() throws IOException {
        Files.createDirectories(directory);

        assertThatThrownBy(() -> Report.write(directory))
                .hasMessageStartingWith("no report can be made, 5 problems\n  ")
                .hasMessageContaining("experiment.yaml")
                .hasMessageContaining("first-pass.json")
                .hasMessageContaining("run.json")
                .hasMessageContaining("summary.json");
    }

    @Test
    void aDirectoryThatIsNotThereIsTold() {
        assertThatThrownBy(() -> Report.write(directory))
                .hasMessage(directory + ": is no directory, expected the --out of a run");
    }

    /** Names and sizes of all files. */
    private static List<String> content(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file + " " + file.toFile().length())
                    .sorted()
                    .toList();
        }
    }
}
