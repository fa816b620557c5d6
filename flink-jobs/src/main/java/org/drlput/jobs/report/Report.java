package org.drlput.jobs.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The report of a run: one HTML file that loads nothing, runs no script, and reads at any width, in light and dark, on screen and
 * paper.
 */
public final class Report {
    public static final String NAME = "report.html";

    private static final List<Page.Link> LINKS = List.of(
            new Page.Link("learning", "Learning"),
            new Page.Link("choices", "Choices"),
            new Page.Link("evidence", "Evidence"),
            new Page.Link("data", "Logs"),
            new Page.Link("speed", "Speed"),
            new Page.Link("reproduce", "Reproduce"));

    private Report() {}

    /**
     * Writes {@code report.html} of what a run left in its directory, and returns its path.
     *
     * @throws ReportException with all that is missing or broken in the directory, which then is as it was
     */
    public static Path write(Path directory) throws IOException {
        return Page.write(directory, NAME, page(RunData.read(directory)));
    }

    static String page(RunData run) {
        Html html =
                Page.open(run.experiment().name() + ", version " + run.summary().version(), LINKS);
        HeadlineSection.write(html, run);
        GateSection.write(html, run);
        LearningSection.write(html, run);
        ChoicesSection.write(html, run);
        EvidenceSection.write(html, run);
        DataSection.write(html, run);
        BiasSection.write(html, run.bias());
        SpeedSection.write(html, run);
        ReproduceSection.write(html, run);
        return Page.close(
                html,
                "Made by drlput " + run.info().software() + " from run "
                        + run.info().run() + ".");
    }
}
