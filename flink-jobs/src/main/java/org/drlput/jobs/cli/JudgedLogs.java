package org.drlput.jobs.cli;

import java.nio.file.Path;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.jobs.firstpass.LogAudit;

/**
 * The logs that a command judges versions by: audited first, then read as often as it takes, with the weights and corrections that a run
 * on them would have. One thread.
 */
final class JudgedLogs {
    private final Terminal terminal;
    private final Experiment experiment;
    private final List<Path> logs;

    JudgedLogs(Terminal terminal, Experiment experiment, List<Path> logs) {
        this.terminal = terminal;
        this.experiment = experiment;
        this.logs = List.copyOf(logs);
    }

    /** @param version directory of a version, whose experiment file validates the logs */
    LogAudit.Report audit(Path version) {
        ProgressView view = new ProgressView(terminal, System::nanoTime);
        RowRate rate = new RowRate(System::nanoTime);
        LogAudit.Report report;
        try {
            report = LogAudit.of(
                    experiment, logs, (rows, bytes, total) -> view.update(rate.state("audit", rows, bytes, total)));
        } finally {
            view.finish();
        }
        double most = experiment.log().maxRejectedShare();
        long rejected =
                report.rejected().values().stream().mapToLong(Long::longValue).sum();
        if (rejected > most * report.rows() || report.rows() == rejected) {
            throw new Failure("these logs can not be used to judge by")
                    .where(String.join(", ", logs.stream().map(Path::toString).toList()))
                    .found("%d rows, %d of them bad: %s".formatted(report.rows(), rejected, report.rejected()))
                    .expected("good rows, and at most a share of %s bad ones".formatted(most))
                    .toDo("drlput validate %s/experiment.yaml --logs ... shows examples".formatted(version));
        }
        report.warnings().forEach(warning -> terminal.line("warning        " + warning));
        return report;
    }

    /** What becomes of the blocks. */
    interface Work<T> {
        T on(Iterable<Block> blocks);
    }

    /** Shows how far the reading is; {@code rows}: how many there are. */
    <T> T read(long rows, Work<T> work) {
        ProgressView view = new ProgressView(terminal, System::nanoTime);
        RowRate rate = new RowRate(System::nanoTime);
        try {
            return work.on(
                    LogBlocks.corrected(experiment, logs, read -> view.update(rate.state("evaluate", read, rows))));
        } finally {
            view.finish();
        }
    }
}
