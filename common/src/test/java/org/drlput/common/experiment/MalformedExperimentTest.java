package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of malformed experiments, {@code malformed.txt}: each with every line that a user sees.
 *
 * <p>A case is {@code === its name}, the malformed sections (after them come the other sections of the minimal experiment), and the
 * problems, each after {@code >>>}. {@code !without x}: the minimal experiment without a section; {@code !only}: this text alone;
 * {@code !append}: what follows comes after the minimal experiment's sections.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedExperimentTest {
    record Case(String name, String yaml, List<String> problems) {
        @Override
        public String toString() {
            return name;
        }
    }

    Stream<Case> cases() throws IOException {
        return read().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyProblemIsNamedWithItsPlace(Case malformed) {
        ExperimentException refused = catchThrowableOfType(
                ExperimentException.class, () -> ExperimentLoader.parse(malformed.yaml(), "exp.yaml"));

        assertThat(refused).as(malformed.yaml()).isNotNull();
        assertThat(refused.problems().stream().map(Problem::toString))
                .as(malformed.yaml())
                .containsExactlyElementsOf(malformed.problems());
    }

    @Test
    void theTableIsWhole() throws IOException {
        List<Case> cases = read();

        assertThat(cases).hasSizeGreaterThanOrEqualTo(120);
        assertThat(cases).extracting(Case::name).doesNotHaveDuplicates();
        assertThat(cases).allSatisfy(one -> assertThat(one.problems()).isNotEmpty());
    }

    @Test
    void whatTheTableStartsFromIsNotMalformed() {
        assertThat(ExperimentLoader.parse(Experiments.MINIMAL, "exp.yaml").name())
                .isEqualTo("minimal");
    }

    @Test
    void theMessageCountsTheProblemsAndListsThem() {
        ExperimentException refused = catchThrowableOfType(
                ExperimentException.class,
                () -> ExperimentLoader.parse(
                        Experiments.with("training: {epochs: 0}\nversions: {retain: 0}\n"), "exp.yaml"));

        assertThat(refused).hasMessage("""
                        exp.yaml: 2 problems
                          exp.yaml:1:20: training.epochs: found 0, expected a whole number from 1 to 100000
                          exp.yaml:2:20: versions.retain: found 0, expected a whole number from 1 to 1000000""");
    }

    @Test
    void aFileOfTypingMistakesDoesNotFloodTheTerminal() {
        StringBuilder yaml = new StringBuilder("network: {hidden: [");
        for (int i = 0; i < 1000; i++) {
            yaml.append("x, ");
        }
        ExperimentException refused = catchThrowableOfType(
                ExperimentException.class,
                () -> ExperimentLoader.parse(
                        Experiments.with(yaml.append("x]}\n").toString()), "exp.yaml"));

        assertThat(refused.problems()).hasSize(1001);
        assertThat(Objects.requireNonNull(refused.getMessage()).lines())
                .hasSize(52)
                .last()
                .isEqualTo("  and 951 more");
    }

    static List<Case> read() throws IOException {
        String text;
        try (InputStream in = MalformedExperimentTest.class.getResourceAsStream("malformed.txt")) {
            text = new String(Objects.requireNonNull(in, "malformed.txt").readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Case> cases = new ArrayList<>();
        for (String block : text.split("(?m)^=== ", -1)) {
            if (!block.isBlank()) {
                cases.add(parse(block));
            }
        }
        return cases;
    }

    private static Case parse(String block) {
        List<String> problems = new ArrayList<>();
        StringBuilder snippet = new StringBuilder();
        List<String> lines = block.lines().toList();
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith(">>> ")) {
                problems.add(line.substring(4));
            } else {
                snippet.append(line).append('\n');
            }
        }
        return new Case(lines.get(0), yaml(snippet.toString()), problems);
    }

    private static String yaml(String snippet) {
        if (snippet.startsWith("!without ")) {
            return Experiments.without(snippet.substring(9).strip());
        }
        if (snippet.startsWith("!only\n")) {
            return snippet.substring(6);
        }
        int append = snippet.indexOf("!append\n");
        return append < 0
                ? Experiments.with(snippet)
                : Experiments.with(snippet.substring(0, append)) + snippet.substring(append + 8);
    }
}
