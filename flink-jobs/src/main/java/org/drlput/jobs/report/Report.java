package org.drlput.jobs.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The report of a run: one HTML file that loads nothing, runs no script, and reads at any width, in light and dark, on screen and
 * paper.
 */
public final class Report {
    public static final String NAME = "report.html";

    /** The console's too. */
    private static final String STYLE = "/org/drlput/common/page/page.css";
    /** Nothing may be loaded and nothing run, whatever the data holds. */
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private Report() {}

    /**
     * Writes {@code report.html} of what a run left in its directory, and returns its path.
     *
     * @throws ReportException with all that is missing or broken in the directory, which then is as it was
     */
    public static Path write(Path directory) throws IOException {
        String page = page(RunData.read(directory));
        Path partial = directory.resolve(NAME + ".partial");
        Files.writeString(partial, page);
        return Files.move(partial, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    static String page(RunData run) {
        Html html = new Html();
        html.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"" + POLICY + "\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">")
                .raw("<link rel=\"icon\" href=\"data:,\">")
                .element(
                        "title",
                        "",
                        run.experiment().name() + ", version " + run.summary().version() + ": DRL-PUT")
                .raw("<style>")
                .raw(style())
                .raw("</style></head><body>");
        nav(html);
        html.raw("<main>");
        HeadlineSection.write(html, run);
        GateSection.write(html, run);
        LearningSection.write(html, run);
        ChoicesSection.write(html, run);
        EvidenceSection.write(html, run);
        DataSection.write(html, run);
        SpeedSection.write(html, run);
        ReproduceSection.write(html, run);
        html.raw("</main><footer>")
                .text("Made by drlput " + run.info().software() + " from run "
                        + run.info().run() + ".")
                .raw("</footer></body></html>\n");
        return html.toString();
    }

    private static void nav(Html html) {
        html.raw("<nav aria-label=\"Sections\"><span class=\"brand\">DRL-PUT</span>");
        for (List<String> link : List.of(
                List.of("learning", "Learning"),
                List.of("choices", "Choices"),
                List.of("evidence", "Evidence"),
                List.of("data", "Logs"),
                List.of("speed", "Speed"),
                List.of("reproduce", "Reproduce"))) {
            html.raw("<a href=\"#" + link.get(0) + "\">").text(link.get(1)).raw("</a>");
        }
        html.raw("</nav>");
    }

    private static String style() {
        try (InputStream in = Report.class.getResourceAsStream(STYLE)) {
            if (in == null) {
                throw new IllegalStateException(STYLE + " is not on the class path: build again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
