package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents tell people to type can be typed, and what they point to is there. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK =
            Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)(#[^)]*)?\\)|src=\"(?!https?:)([^\"]+)\"");

    static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(
                List.of(ROOT.resolve("README.md"), ROOT.resolve("RELIABILITY.md"), ROOT.resolve("k8s/README.md")));
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
        }
        return documents;
    }

    /** Lines of fenced code that call the launcher, continued lines joined. */
    private static List<String> commands(Path document) throws IOException {
        List<String> commands = new ArrayList<>();
        boolean code = false;
        for (String line : Files.readString(document).replace("\\\n", " ").split("\n")) {
            if (line.startsWith("```")) {
                code = !code && line.matches("```(sh|bash|console)");
                continue;
            }
            String command = line.strip().replaceFirst("^\\$ ", "");
            if (code && command.matches("(\\./)?drlput .*")) {
                commands.add(command.replaceFirst("\\s+[&#>|].*$", ""));
            }
        }
        return commands;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyCommandIsOneOfOurs(Path document) throws IOException {
        for (String command : commands(document)) {
            String[] words = command.split("\\s+");
            String[] arguments = Arrays.copyOfRange(words, 1, words.length);
            assertThatCode(() -> DrlPut.commandLine(Terminal.ofProcess()).parseArgs(arguments))
                    .as(document + ": " + command)
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsSomewhere(Path document) throws IOException {
        Path folder = document.resolveSibling(".");
        Matcher links = LINK.matcher(Files.readString(document));
        while (links.find()) {
            String target = links.group(1) != null ? links.group(1) : links.group(3);
            assertThat(folder.resolve(target))
                    .as(document + " links to " + target)
                    .exists();
        }
    }

    @Test
    void theReadmeNamesEveryCommandAndTheTestCommandOfCi() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));

        assertThat(UsageTest.commands())
                .allSatisfy(command -> assertThat(readme).contains("`" + command));
        List<String> ci = Files.readAllLines(ROOT.resolve(".ci/run"));
        assertThat(ci.get(ci.size() - 1)).isEqualTo("mvn -B verify");
        assertThat(readme).contains("\nmvn -B verify\n");
    }

    @Test
    void examplesOfTheHelpCanBeTyped() {
        for (String command : UsageTest.commands()) {
            Cli.run(command, "--help")
                    .out()
                    .lines()
                    .map(String::strip)
                    .filter(l -> l.startsWith("drlput "))
                    .forEach(line -> {
                        List<String> words = words(line);
                        assertThatCode(() -> DrlPut.commandLine(Terminal.ofProcess())
                                        .parseArgs(
                                                words.subList(1, words.size()).toArray(String[]::new)))
                                .as(line)
                                .doesNotThrowAnyException();
                    });
        }
    }

    /** As a shell takes them: what stands in double quotes is one. */
    private static List<String> words(String line) {
        return Pattern.compile("\"([^\"]*)\"|\\S+")
                .matcher(line)
                .results()
                .map(word -> word.group(1) == null ? word.group() : word.group(1))
                .toList();
    }
}
