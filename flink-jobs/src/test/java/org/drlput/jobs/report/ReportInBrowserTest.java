package org.drlput.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens the report in Chromium, where there is one. */
class ReportInBrowserTest {
    private static final List<String> BROWSERS =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1280, 390})
    void opensWithoutAComplaint(int width) throws IOException, InterruptedException {
        String browser = BROWSERS.stream()
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse(null);
        if (browser == null) {
            System.out.println("skipped: no Chromium, the report is not opened at " + width + " pixels");
            Assumptions.abort("no Chromium");
            return;
        }
        Path page = Report.write(TestRun.of(directory.resolve("run")).write());
        Path picture = directory.resolve("report.png");

        String log = open(browser, page, picture, width);

        assertThat(log.lines().filter(line -> line.contains(":CONSOLE"))).isEmpty();
        assertThat(picture).isNotEmptyFile();
    }

    private String open(String browser, Path page, Path picture, int width) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--user-data-dir=" + directory.resolve("profile"),
                "--window-size=" + width + ",2400",
                "--screenshot=" + picture,
                page.toUri().toString()));
        Path log = directory.resolve("browser.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("the browser ends by itself")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(log, StandardCharsets.ISO_8859_1);
    }
}
