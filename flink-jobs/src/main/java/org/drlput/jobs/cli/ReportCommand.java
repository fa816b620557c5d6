package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.drlput.jobs.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code drlput report}: the report again, from what a run left. */
@Command(
        name = "report",
        header = "Makes the report of a run again, from what the run left.",
        description = {"", "Writes report.html, one file that needs no network, into the run's directory."},
        footer = {"", "Example:", "  drlput report out"})
final class ReportCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The --out of a run that came to its end.")
    private Path directory;

    ReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        terminal.line("report         " + Report.write(directory));
        return 0;
    }
}
