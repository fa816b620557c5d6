package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.jobs.versions.VersionStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drlput versions history}. */
@Command(
        name = "history",
        header = "Shows the audit trail: who moved what when, from where to where, and why; the newest first.",
        footer = {"", "Example: why stable stands where it does", "  drlput versions history stable --dir out"})
final class VersionsHistory implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "ALIAS", description = "Only entries of this alias.")
    private @Nullable String alias;

    @Mixin
    private VersionPlace place;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            converter = WholeNumber.Positive.class,
            description = "So many of the newest; default: ${DEFAULT-VALUE}.")
    private long limit;

    @Option(names = "--json", description = "Prints the entries as they are recorded, with the gate's evidence.")
    private boolean json;

    VersionsHistory(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (VersionStore store = place.open()) {
            List<AuditEntry> entries = store.history(alias, (int) Math.min(limit, Integer.MAX_VALUE));
            for (AuditEntry entry : entries) {
                terminal.line(json ? new String(entry.toJson(), StandardCharsets.UTF_8) : text(entry));
            }
            if (entries.isEmpty() && !json) {
                terminal.line("nothing was changed yet in " + store.name());
            }
        }
        return 0;
    }

    static String text(AuditEntry entry) {
        return "%s  %-9s %s  %s: %s"
                .formatted(
                        entry.time().replaceFirst("\\.\\d+Z$", "Z"),
                        entry.action().word(),
                        what(entry),
                        entry.actor(),
                        entry.reason());
    }

    private static String what(AuditEntry entry) {
        if (entry.alias() == null) {
            return "version " + entry.version();
        }
        String stands = entry.from() == null ? "none" : String.valueOf(entry.from());
        return switch (entry.action()) {
            case HOLD, ADVISE -> "version %d, %s stays at %s".formatted(entry.version(), entry.alias(), stands);
            default -> "%s %s -> %s".formatted(entry.alias(), stands, entry.to() == null ? "none" : entry.to());
        };
    }
}
