package org.drlput.jobs.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.jobs.versions.VersionStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code drlput versions pin}. */
@Command(
        name = "pin",
        header = "Keeps a version from being removed, until it is unpinned.",
        footer = {
            "",
            "Example: a version that an experiment compares with",
            "  drlput versions pin 977 --dir out --reason \"baseline of the spring test\""
        })
final class VersionsPin implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "VERSION", description = "A number, or an alias.")
    private String version;

    @Mixin
    private VersionPlace place;

    @Mixin
    private ChangeBy by;

    VersionsPin(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (VersionStore store = place.open()) {
            AuditEntry entry = store.pin(VersionPlace.number(version, store.listing()), by.who("pinned by hand"));
            terminal.line("%-15sversion %d".formatted("pinned", entry.version()));
        }
        return 0;
    }
}
