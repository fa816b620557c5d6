package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.math.Kernels;
import org.drlput.jobs.firstpass.LogAudit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drlput validate}: a dry run that starts nothing and writes nothing. */
@Command(
        name = "validate",
        header = "Checks an experiment file, and logs, without starting anything.",
        description = {
            "",
            "Prints what was understood of the experiment and its action grid. With --logs it reads all of them: columns, "
                    + "bad rows by cause, propensities against the declared behaviour, how often each action was logged. "
                    + "Then what a run will take. Writes nothing."
        },
        footer = {"", "Example:", "  drlput validate examples/demo.yaml --logs out/logs"})
final class ValidateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The experiment file.")
    private Path file;

    @Option(
            names = "--logs",
            paramLabel = "PATH",
            arity = "1..*",
            description = "Exploration logs: files, or directories of them.")
    private List<Path> logs = List.of();

    ValidateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Experiment experiment = ExperimentLoader.load(file);
        print("", ExperimentText.lines(experiment, file, ExperimentLoader.sha256(Files.readAllBytes(file))));
        print("actions", ActionSpace.of(experiment.actions()).describe());
        long rows = 0;
        boolean usable = true;
        if (!logs.isEmpty()) {
            LogAudit.Report report = audit(experiment);
            rows = report.rows();
            usable = report.usable();
            print("logs", report.lines());
        }
        print("a run", CostEstimate.of(experiment, rows, Kernels.best()).lines());
        terminal.line("");
        if (!usable) {
            throw new Failure("%s: these logs would be refused".formatted(paths()))
                    .toDo("see the section 'logs' above");
        }
        terminal.line(
                logs.isEmpty()
                        ? "The experiment is valid. Check it against logs with --logs."
                        : "The experiment is valid, and these logs can be trained on.");
        return 0;
    }

    private String paths() {
        return String.join(", ", logs.stream().map(Path::toString).toList());
    }

    private LogAudit.Report audit(Experiment experiment) {
        ProgressView view = new ProgressView(terminal, System::nanoTime);
        RowRate rate = new RowRate(System::nanoTime);
        try {
            return LogAudit.of(
                    experiment, logs, (rows, bytes, total) -> view.update(rate.state("audit", rows, bytes, total)));
        } finally {
            view.finish();
        }
    }

    private void print(String heading, List<String> lines) {
        if (!heading.isEmpty()) {
            terminal.line("");
            terminal.line(heading);
        }
        lines.forEach(line -> terminal.line("  " + line));
    }
}
