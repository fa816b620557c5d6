package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The Python client's own tests, against what the build has packaged: a run, a real server, ONNX Runtime, pyarrow, mypy. Where
 * {@code DRLPUT_PYTHON} names a Python that has {@code clients/python[test]}; {@code .ci/run} makes one.
 */
class PythonClientIT {
    @Test
    void itsTestsPassAgainstTheRealServer() throws Exception {
        String python = System.getenv("DRLPUT_PYTHON");
        if (python == null) {
            System.out.println("skipped: DRLPUT_PYTHON is not set, the Python client is not tried");
            Assumptions.abort("no Python");
            return;
        }
        ProcessBuilder builder = new ProcessBuilder(python, "-m", "pytest", "-q")
                .directory(Path.of("..", "clients", "python").toFile())
                .redirectErrorStream(true);
        builder.environment().put("DRLPUT_NO_BUILD", "1");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains(" passed");
    }
}
