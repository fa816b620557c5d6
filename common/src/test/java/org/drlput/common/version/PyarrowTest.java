package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.drlput.common.network.ModelSpec;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other languages read a version by docs/versions.md alone: here Python, where it has pyarrow. */
class PyarrowTest {
    @TempDir
    Path root;

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? output : "failed: " + output;
    }

    private static boolean hasPyarrow(String python) throws InterruptedException {
        try {
            return !run(python, "-c", "import pyarrow").startsWith("failed");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void pythonReadsAVersionAndFindsTheSameHash() throws Exception {
        String python = Objects.requireNonNullElse(System.getenv("DRLPUT_PYTHON"), "python3");
        Assumptions.assumeTrue(hasPyarrow(python), "skipped: %s has no pyarrow".formatted(python));
        Path script = root.resolve("read_version.py");
        try (InputStream in = PyarrowTest.class.getResourceAsStream("read_version.py")) {
            Files.write(script, Objects.requireNonNull(in).readAllBytes());
        }
        Path directory = TestVersions.publish(root, 3, 1500);

        List<String> lines =
                run(python, script.toString(), directory.toString()).lines().toList();

        assertThat(lines.get(0)).isEqualTo(Version.read(directory).manifest().weightsSha256());
        assertThat(lines)
                .hasSize(1 + ModelSpec.of(TestVersions.experiment()).tensors().size() + 2)
                .contains("embedding.user 50,4", "layer0.statistics 8,2", "output.bias 6,1", "encoder.hour 2");
    }
}
