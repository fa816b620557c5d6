package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import org.drlput.common.action.ActionSpace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is typed into a file: it is an experiment, or it is refused with problems that point into it. */
class ExperimentFuzzTest {
    private static final int FILES_PER_SEED = 400;
    private static final List<String> SNIPPETS = List.of(
            "null",
            "~",
            "\"\"",
            "''",
            "[]",
            "{}",
            "-1",
            "0",
            "1e308",
            ".nan",
            "true",
            "x",
            "*a",
            "&a ",
            "!t ",
            "? ",
            ": ",
            "- ",
            "\n",
            "\t",
            "#",
            ",",
            "[",
            "]",
            "{",
            "}",
            "<<",
            "---\n",
            "...\n",
            "|",
            ">",
            "%",
            "@",
            "`",
            "9999999999",
            "w_click",
            "ctr_30d",
            "\u00e9",
            "\ud83d\ude00",
            "\u2028",
            "\ufeff");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nothingButProblemsComesOfABrokenFile(long seed) throws IOException {
        String whole = Files.readString(ExampleExperimentTest.AD_MARKET);
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < FILES_PER_SEED; i++) {
            String yaml = whole;
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                yaml = edited(yaml, random);
            }
            refused += check(yaml, "seed %d, file %d:\n%s".formatted(seed, i, yaml));
        }
        assertThat(refused).as("seed %d: edits that broke the file", seed).isGreaterThan(FILES_PER_SEED / 2);
    }

    /** 1 where the file was refused. */
    private static int check(String yaml, String as) {
        try {
            Experiment experiment = ExperimentLoader.parse(yaml, "exp.yaml");
            ActionSpace space = ActionSpace.of(experiment.actions());
            assertThat(space.manualAction()).as(as).isBetween(0, space.size() - 1);
            assertThat(space.describe()).as(as).isNotEmpty();
            return 0;
        } catch (ExperimentException e) {
            // YAML 1.1 breaks lines at a few characters more than an editor
            long lines = yaml.split("\\R", -1).length;
            assertThat(e.problems()).as(as).isNotEmpty().allSatisfy(problem -> {
                assertThat((long) problem.line()).as(as).isBetween(0L, lines);
                assertThat(problem.text()).as(as).isNotBlank();
                assertThat(problem.toString()).as(as).startsWith("exp.yaml:").hasLineCount(1);
            });
            assertThat(e.problems()).as(as).doesNotHaveDuplicates();
            return 1;
        }
    }

    private static String edited(String yaml, Random random) {
        int from = random.nextInt(yaml.length());
        int to = Math.min(yaml.length(), from + random.nextInt(12));
        String insert = random.nextInt(3) == 0 ? "" : SNIPPETS.get(random.nextInt(SNIPPETS.size()));
        if (random.nextInt(4) == 0) {
            // a whole value in place of another
            int colon = yaml.indexOf(": ", from);
            int end = colon < 0 ? -1 : yaml.indexOf('\n', colon);
            return end < 0 ? yaml : yaml.substring(0, colon + 2) + insert + yaml.substring(end);
        }
        return yaml.substring(0, from) + insert + yaml.substring(to);
    }
}
