package org.drlput.jobs.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.drlput.common.ledger.Ledger;
import org.drlput.common.ledger.LedgerState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code drlput versions repair}. */
@Command(
        name = "repair",
        header = "Makes aliases.json again from the audit trail, after it was damaged and moved away.",
        footer = {
            "",
            "Example: what is damaged is kept, then made again",
            "  mv out/aliases.json out/aliases.damaged",
            "  drlput versions repair --dir out"
        })
final class VersionsRepair implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "The directory of a run, or a parameter server's data directory.")
    private Path directory;

    VersionsRepair(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!Files.isDirectory(directory)) {
            throw new Failure("--dir: there is no directory " + directory).toDo("correct the option");
        }
        LedgerState state = new Ledger(directory, Clock.systemUTC()).repair();
        terminal.line("%-15s%d changes of the audit trail: %s"
                .formatted("repaired", state.sequence(), state.aliases().isEmpty() ? "no alias" : state.aliases()));
        return 0;
    }
}
