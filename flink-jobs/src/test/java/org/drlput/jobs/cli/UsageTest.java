package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UsageTest {
    static List<String> commands() {
        return List.copyOf(
                DrlPut.commandLine(Terminal.ofProcess()).getSubcommands().keySet());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpOfEachCommandHasAnExampleOfItself(String command) {
        Cli.Result result = Cli.run(command, "--help");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("Usage: drlput " + command)
                .contains("\nExample")
                .contains("\n  drlput " + command + " ")
                .contains("--debug");
    }

    @Test
    void helpListsAllCommands() {
        Cli.Result result = Cli.run("--help");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(commands()).allSatisfy(command -> assertThat(result.out()).contains("\n  " + command + " "));
    }

    @Test
    void versionNamesTheSoftware() {
        Cli.Result result = Cli.run("--version");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).matches("drlput \\S+\\+\\S+\n");
    }

    @Test
    void noCommandIsAnError() {
        Cli.Result result = Cli.run();

        assertThat(result.code()).as(result.err()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("error: drlput: there is no command\n  expected  one of the commands ");
    }

    /** Arguments, then the first line of the message. */
    static Stream<List<String>> wrongCommandLines() {
        return Stream.of(
                List.of("valdate x", "drlput: there is no command 'valdate'; did you mean 'validate'?"),
                List.of("frobnicate", "drlput: there is no command 'frobnicate'"),
                List.of("--hlep", "drlput: there is no option '--hlep'; did you mean '--help'?"),
                List.of("validate", "drlput validate: missing FILE"),
                List.of("validate --lgs x", "drlput validate: there is no option '--lgs'; did you mean '--logs'?"),
                List.of("validate a b", "drlput validate: 'b' is one argument too many"),
                List.of("simulate", "drlput simulate: missing --rows, --seed, --out"),
                List.of(
                        "simulate --rows 0 --seed 1 --out x",
                        "drlput simulate: invalid value for option '--rows': found '0', expected a whole number of at least 1"),
                List.of(
                        "simulate --rows 1e6 --seed 1 --out x",
                        "drlput simulate: invalid value for option '--rows': found '1e6', expected a whole number of at least 1"),
                List.of(
                        "simulate --rows 99999999999999999999 --seed 1 --out x",
                        "drlput simulate: invalid value for option '--rows': found '99999999999999999999', expected a whole number of at least 1"),
                List.of(
                        "simulate --rows 1 --seed x --out x",
                        "drlput simulate: invalid value for option '--seed': found 'x', expected a whole number"),
                List.of(
                        "simulate --rows 1 --seed 1 --out x --format arow",
                        "drlput simulate: invalid value for option '--format': found 'arow', expected one of arrow, parquet, csv; did you mean 'arrow'?"),
                List.of(
                        "simulate --rows 1 --rows 2 --seed 1 --out x",
                        "drlput simulate: option '--rows' (N) should be specified only once"),
                List.of("compare a --logs b", "drlput compare: missing V2"),
                List.of(
                        "power --actions 5 --rate 1.5 --lift 0.1",
                        "drlput power: invalid value for option '--rate': found '1.5', expected a number between 0 and 1"),
                List.of(
                        "power --actions 5 --rate 0.1 --lift 0",
                        "drlput power: invalid value for option '--lift': found '0', expected a number above -1 that is not 0; 0.05 is 5 %"),
                List.of("validate a --logs", "drlput validate: --logs needs a value, PATH"));
    }

    @ParameterizedTest
    @MethodSource("wrongCommandLines")
    void wrongCommandLineIsToldInOneBlock(List<String> wrong) {
        Cli.Result result = Cli.run(wrong.get(0).split(" "));

        assertThat(result.code()).as(result.err()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines().findFirst()).contains("error: " + wrong.get(1));
        assertThat(result.err()).contains("\n  expected  ").contains("\n  to do     drlput");
    }
}
