package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.report.Summary;
import org.drlput.jobs.report.Summary.GateSummary.Decision;
import org.drlput.server.ShardServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The versions of one small run, looked after step by step. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VersionsCommandTest {
    private static final String YAML = """
            formatVersion: 1
            name: small-market
            features: [{name: ctr_30d, type: numeric}]
            actions: {hyperparameters: [{name: w_click, levels: [0, 1, 4], production: 1}]}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            network: {hidden: [4]}
            training: {rowsPerStep: 64, microBatches: 8}
            versions: {everySteps: 20, fallBack: false, gate: {minRelativeGain: 9, atEnd: promote}}
            """;

    @TempDir
    static Path directory;

    private static Path run;
    private static Cli.Result trained;
    private static String dir;
    /** Ascending. */
    private static List<Long> versions;

    @BeforeAll
    static void train() throws IOException {
        Path experiment = Files.writeString(directory.resolve("small.yaml"), YAML);
        String logs = directory.resolve("logs").toString();
        run = directory.resolve("run");
        dir = run.toString();
        Cli.Result simulated = Cli.run(
                "simulate", "--rows", "4000", "--seed", "3", "--out", logs, "--experiment", experiment.toString());
        assertThat(simulated.err()).isEmpty();
        trained = Cli.run("train", "--logs", logs, "--out", dir);
        assertThat(trained.err()).isEmpty();
        versions = new VersionRegistry(run).versions();
        assertThat(versions).hasSizeGreaterThan(2);
    }

    private static long chosen() throws IOException {
        return new ObjectMapper()
                .readTree(run.resolve("selection.json").toFile())
                .at("/chosen/version")
                .asLong();
    }

    private static Cli.Result versions(String... words) {
        List<String> line = new ArrayList<>(List.of("versions"));
        line.addAll(List.of(words));
        return Cli.run(line.toArray(String[]::new));
    }

    private static String done(Cli.Result result) {
        assertThat(result.code()).as(result.err()).isZero();
        return result.out();
    }

    private static String failed(int code, Cli.Result result) {
        assertThat(result.code()).as(result.out() + result.err()).isEqualTo(code);
        return result.err();
    }

    private static String number(int index) {
        return String.valueOf(versions.get(index));
    }

    @Test
    @Order(1)
    void theEndOfARunAsksTheGateAndSaysWhatItFound() throws IOException {
        Summary.GateSummary gate = Objects.requireNonNull(Summary.read(run).gate());
        assertThat(gate.decision()).as(gate.toString()).isEqualTo(Decision.HELD);
        assertThat(gate.findings())
                .extracting(finding -> finding.rule())
                .contains("diversity", "gain over exploration traffic", "gain over the manual setting");
        Long asked = Objects.requireNonNull(gate.version());
        assertThat(asked).isEqualTo(chosen()).isIn(versions);
        String verdict =
                "nothing of this run yet: version %d is its best one, and the gate holds it, for ".formatted(asked)
                        + "gain over exploration traffic and gain over the manual setting; nothing is stable yet";
        assertThat(gate.verdict()).isEqualTo(verdict);
        assertThat(trained.out()).contains("to use         " + verdict + "\n");
        assertThat(Files.readString(run.resolve("report.html")))
                .contains("What to use of this run", "Use " + verdict + ".", "The gate holds version " + asked);
        assertThat(done(versions("history", "--dir", dir)))
                .contains("hold      version %d, stable stays at none  run ".formatted(asked))
                .contains(": end of the run: ");
    }

    @Test
    @Order(2)
    void whatIsHeldIsExitCodeOneAndForceNeedsAReason() {
        Cli.Result asked = versions("promote", "latest", "--dir", dir, "--reason", "by hand");
        assertThat(asked.code()).as(asked.err()).isEqualTo(1);
        assertThat(asked.out()).contains("is held; there is no stable yet").contains("not above 900 %");
        assertThat(failed(2, versions("promote", number(0), "--dir", dir, "--force")))
                .contains("--force needs --reason");
        assertThat(done(versions("promote", number(0), "--dir", dir, "--force", "--reason", "it is a test")))
                .isEqualTo("force          stable stands at version %s, it stood at none\n".formatted(number(0)));
        assertThat(done(versions("history", "stable", "--dir", dir, "--limit", "1")))
                .contains("force     stable none -> " + number(0))
                .contains(": it is a test");
    }

    @Test
    @Order(2)
    void logsOfBadRowsJudgeNothing() throws IOException {
        Path fresh = directory.resolve("fresh");
        Cli.Result simulated = Cli.run(
                "simulate",
                "--rows",
                "50",
                "--seed",
                "4",
                "--format",
                "csv",
                "--out",
                fresh.toString(),
                "--experiment",
                directory.resolve("small.yaml").toString());
        assertThat(simulated.err()).isEmpty();
        Path log = fresh.resolve("log-00000.csv");
        List<String> lines = Files.readAllLines(log);
        int column = List.of(lines.get(0).split(",")).indexOf("propensity");
        List<String> bad = new ArrayList<>(lines.subList(0, 1));
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            cells[column] = "NaN";
            bad.add(String.join(",", cells));
        }
        Files.write(log, bad);

        assertThat(failed(1, versions("promote", number(0), "--dir", dir, "--logs", log.toString())))
                .startsWith("error: these logs can not be used to judge by\n  where     " + log
                        + "\n  found     50 rows, 50 of them bad: {")
                .contains("  expected  good rows, and at most a share of 0.01 bad ones\n");
        assertThat(done(versions("history", "--dir", dir))).doesNotContain("logs " + log);
    }

    @Test
    @Order(3)
    void rollbackIsOneCommand() {
        assertThat(failed(1, versions("rollback", "--dir", dir))).isEqualTo("""
                error: there is nothing to roll stable back to
                  where     %s
                  found     it stood at no other version before
                  to do     promote another version: drlput versions promote VERSION --dir %s
                """.formatted(dir, dir));
        done(versions("promote", number(1), "--dir", dir, "--force", "--reason", "it is a test"));
        assertThat(done(versions("rollback", "--dir", dir, "--reason", "clicks fell")))
                .isEqualTo(
                        "rolled back    stable stands at version %s, it stood at %s\n".formatted(number(0), number(1)));
        assertThat(failed(1, versions("rollback", "--dir", dir, "--to", number(2))))
                .contains("alias stable: never stood at version %s".formatted(number(2)));
    }

    @Test
    @Order(4)
    void listAndShow() {
        assertThat(done(versions("list", "--dir", dir)))
                .containsPattern("(?m)^ +%s  stable ".formatted(number(0)))
                .containsPattern("(?m)^ +%s  latest ".formatted(number(versions.size() - 1)));
        assertThat(done(versions("show", "stable", "--dir", dir)))
                .contains("version        %s\n".formatted(number(0)))
                .contains("readable       yes, every checksum is right\n")
                .contains("rollback  stable %s -> %s".formatted(number(1), number(0)));
        assertThat(failed(1, versions("show", "stabel", "--dir", dir)))
                .startsWith(
                        "error: there is no version 'stabel'\n  expected  a number, or one of the aliases latest, stable");
    }

    @Test
    @Order(5)
    void theSameAtAServer() {
        String name = number(versions.size() - 1);
        try (ShardServer server = ShardServer.start(ShardServer.Settings.embedded(0, 1, run))) {
            String address = server.address();
            assertThat(done(versions("list", "--server", address)))
                    .containsPattern("(?m)^ +%s  stable ".formatted(number(0)));
            assertThat(done(versions("pin", name, "--server", address, "--reason", "a test")))
                    .contains("pinned");
            assertThat(failed(1, versions("delete", name, "--server", address)))
                    .contains("version %s: is not removed: ".formatted(name))
                    .contains("has pinned it: a test");
            done(versions("unpin", name, "--server", address));
            assertThat(done(versions("delete", name, "--server", address, "--reason", "a test")))
                    .contains("removed");
            assertThat(done(versions("show", name, "--server", address))).contains("removed; its evaluation is left");
            assertThat(failed(1, versions("promote", number(2), "--server", address)))
                    .contains("there are no rows to judge version %s by".formatted(number(2)));
            // the rows of a run, wherever the version is
            Cli.Result held = versions("promote", number(2), "--server", address, "--run", dir);
            assertThat(held.out())
                    .contains("version %s is held; stable stays at version %s".formatted(number(2), number(0)));
            done(versions("promote", number(2), "--server", address, "--force", "--reason", "a test"));
            assertThat(done(versions("rollback", "--server", address))).contains("stands at version " + number(0));
        }
        assertThat(new VersionRegistry(run).has(versions.get(versions.size() - 1)))
                .isFalse();
    }

    @Test
    @Order(6)
    void whereTheVersionsAreHasToBeSaid() {
        assertThat(failed(2, versions("list"))).contains("missing --dir or --server: where are the versions?");
        assertThat(failed(2, versions("list", "--dir", dir, "--server", "localhost:1")))
                .contains("--dir and --server exclude each other");
        assertThat(failed(
                        1,
                        versions("list", "--dir", directory.resolve("nowhere").toString())))
                .startsWith("error: --dir: there is no directory ");
        assertThat(failed(1, versions("pin", "12345", "--dir", dir)))
                .contains("version 12345: there is none of this number here");
    }

    @Test
    @Order(7)
    void aDamagedLedgerIsToldAndRepaired() throws IOException {
        Path aliases = run.resolve("aliases.json");
        Files.writeString(aliases, "{}");
        assertThat(failed(1, versions("rollback", "--dir", dir)))
                .startsWith("error: %s: its formatVersion is missing, expected 1: nothing was changed. Restore it"
                        .formatted(aliases));
        assertThat(failed(1, versions("repair", "--dir", dir))).contains("aliases.json: is there: move it away first");
        Files.move(aliases, run.resolve("aliases.damaged"));
        assertThat(done(versions("repair", "--dir", dir)))
                .contains("changes of the audit trail: {stable=" + number(0) + "}");
        assertThat(done(versions("list", "--dir", dir))).containsPattern("(?m)^ +%s  stable ".formatted(number(0)));
    }
}
