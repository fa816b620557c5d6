package org.drlput.common.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.drlput.common.simulate.PolicyLogs;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What numpy and ONNX Runtime make of exported versions in Python, and what the policy does: where {@code DRLPUT_PYTHON} names a Python
 * with the client and what its tests need.
 */
class PythonPolicyTest {
    private static final Path CLIENT =
            Path.of("..", "clients", "python").toAbsolutePath().normalize();
    private static final int ROWS = 10_000;

    @TempDir
    Path root;

    @ParameterizedTest
    @MethodSource("org.drlput.common.export.ExportedVersions#examples")
    void pythonGivesTenThousandRowsOfEachExampleTheSameProbabilities(String example) throws Exception {
        String python = System.getenv("DRLPUT_PYTHON");
        if (python == null) {
            System.out.println("skipped: DRLPUT_PYTHON is not set, " + example + " is not tried in Python");
            Assumptions.abort("no Python");
            return;
        }
        VersionFiles files = VersionFiles.read(ExportedVersions.publish(root, ExportedVersions.example(example), 7));
        ExportFormat.ONNX.write(files, root.resolve("policy.onnx"));
        ExportFormat.ARROW.write(files, root.resolve("policy.arrow"));
        // every action is drawn from the policy: its probability is the row's propensity
        PolicyLogs.write(files.version(), ROWS, 3, root.resolve("log.arrow"));

        ProcessBuilder builder = new ProcessBuilder(python, "-m", "pytest", "-q", "tests/test_examples.py")
                .directory(CLIENT.toFile())
                .redirectErrorStream(true);
        builder.environment().put("DRLPUT_EXAMPLE", root.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("1 passed");
    }

    @Test
    void everyExampleIsTried() throws Exception {
        try (var examples = Files.list(Path.of("..", "examples"))) {
            assertThat(examples.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(
                            ExportedVersions.examples().toList());
        }
    }
}
