package org.drlput.jobs.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.jobs.versions.VersionStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code drlput versions unpin}. */
@Command(
        name = "unpin",
        header = "Lets retention remove a version again that was pinned.",
        footer = {
            "",
            "Example: the test is over",
            "  drlput versions unpin 977 --dir out --reason \"the spring test is over\""
        })
final class VersionsUnpin implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "VERSION", description = "A number, or an alias.")
    private String version;

    @Mixin
    private VersionPlace place;

    @Mixin
    private ChangeBy by;

    VersionsUnpin(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (VersionStore store = place.open()) {
            AuditEntry entry = store.unpin(VersionPlace.number(version, store.listing()), by.who("unpinned by hand"));
            terminal.line("%-15sversion %d".formatted("unpinned", entry.version()));
        }
        return 0;
    }
}
