package org.drlput.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @TempDir
    Path directory;

    @Test
    void tellsAWholeRun() throws IOException {
        Path file = Report.write(TestRun.of(directory).write());

        assertThat(file).isEqualTo(directory.resolve("report.html"));
        String keep = System.getProperty("drlput.report");
        if (keep != null) {
            Files.copy(file, Path.of(keep), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
