package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.drlput.common.version.Software;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, on what the build has packaged. */
class LauncherIT {
    private static final Path LAUNCHER =
            Path.of("..", "drlput").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    private Path bin;

    /** A PATH with what a launcher needs, and neither Java nor Maven. */
    @BeforeEach
    void makePath() throws IOException {
        bin = Files.createDirectories(directory.resolve("bin"));
        for (String tool : List.of("sh", "dirname", "readlink", "sed", "head", "find", "tput", "touch", "cat")) {
            for (String folder : List.of("/bin", "/usr/bin")) {
                Path target = Path.of(folder, tool);
                if (Files.isExecutable(target) && Files.notExists(bin.resolve(tool))) {
                    Files.createSymbolicLink(bin.resolve(tool), target);
                }
            }
        }
    }

    private record Result(int code, String out, String err) {}

    private Result launch(Path launcher, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "DRLPUT_JAVA_OPTS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Result(
                process.exitValue(),
                Files.readString(directory.resolve("out"), StandardCharsets.UTF_8),
                Files.readString(directory.resolve("err"), StandardCharsets.UTF_8));
    }

    @Test
    void worksFromAnyFolderThroughASymbolicLink() throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(directory.resolve("linked"), LAUNCHER);
        Path second = Files.createSymbolicLink(directory.resolve("twice"), Path.of("linked"));

        Result result = launch(second, Map.of("DRLPUT_NO_BUILD", "1"), "--version");

        assertThat(link).isSymbolicLink();
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("drlput " + Software.version() + "\n");
        assertThat(result.code()).as(result.err()).isZero();
    }

    @Test
    void javaOptionsOfTheUserWin() throws IOException, InterruptedException {
        Result result = launch(
                LAUNCHER,
                Map.of("DRLPUT_NO_BUILD", "1", "DRLPUT_JAVA_OPTS", "-XX:MaxRAMPercentage=1 -Xmx333m -XshowSettings:vm"),
                "--version");

        assertThat(result.err()).contains("Max. Heap Size: 333.00M");
        assertThat(result.code()).as(result.err()).isZero();
    }

    @Test
    void exitCodesComeThrough() throws IOException, InterruptedException {
        Result result = launch(LAUNCHER, Map.of("DRLPUT_NO_BUILD", "1"), "valdate");

        assertThat(result.code()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).startsWith("error: drlput: there is no command 'valdate'; did you mean 'validate'?");
    }

    @Test
    void withoutJavaItSaysWhatToInstall() throws IOException, InterruptedException {
        Result result = launch(LAUNCHER, Map.of("PATH", bin.toString()), "--version");

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("""
                error: there is no Java
                  found     no JAVA_HOME, no java on the PATH
                  expected  a JDK 17
                  to do     install one (Debian: apt-get install openjdk-17-jdk-headless) or set JAVA_HOME
                """);
    }

    @Test
    void anotherJavaIsRefused() throws IOException, InterruptedException {
        Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();

        Result result = launch(LAUNCHER, Map.of("PATH", bin.toString()), "--version");

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).startsWith("error: this Java can not be used\n  found     11.0.2 in " + java);
    }

    @Test
    void whatIsNotBuiltNeedsMaven() throws IOException, InterruptedException {
        Path clone = Files.createDirectories(directory.resolve("clone"));
        Path launcher = Files.copy(LAUNCHER, clone.resolve("drlput"));

        Result result = launch(
                launcher, Map.of("PATH", bin.toString(), "JAVA_HOME", System.getProperty("java.home")), "--version");

        assertThat(result.code()).as(result.err()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("error: DRL-PUT is not built, and there is no Maven\n  found     no mvn on the PATH\n");
    }
}
