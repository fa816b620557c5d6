package org.drlput.jobs.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.jobs.versions.VersionStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code drlput versions delete}. */
@Command(
        name = "delete",
        header = "Removes a version that no alias, pin or reader holds; its evaluation stays.",
        footer = {
            "",
            "Example: a version that was trained by mistake",
            "  drlput versions delete 977 --dir out --reason \"trained on the wrong logs\""
        })
final class VersionsDelete implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "VERSION", description = "A number, or an alias.")
    private String version;

    @Mixin
    private VersionPlace place;

    @Mixin
    private ChangeBy by;

    VersionsDelete(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (VersionStore store = place.open()) {
            AuditEntry entry = store.delete(VersionPlace.number(version, store.listing()), by.who("removed by hand"));
            terminal.line("%-15sversion %d".formatted("removed", entry.version()));
        }
        return 0;
    }
}
