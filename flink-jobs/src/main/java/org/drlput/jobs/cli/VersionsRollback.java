package org.drlput.jobs.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AliasMove.Outcome;
import org.drlput.common.ledger.AliasMove.Rollback;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.Standings;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.jobs.versions.VersionStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drlput versions rollback}. */
@Command(
        name = "rollback",
        header = "Takes stable back to the version before, at once: no gate is asked.",
        description = {"", "Who follows stable has the old version within a second. Again, it goes back one further."},
        footer = {
            "",
            "Example: long clicks fell after the last promotion",
            "  drlput versions rollback --server 127.0.0.1:7077 --reason \"long clicks fell\""
        })
final class VersionsRollback implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private VersionPlace place;

    @Option(
            names = "--to",
            paramLabel = "VERSION",
            converter = WholeNumber.Positive.class,
            description = "A version that it stood at before; default: the one before this.")
    private @Nullable Long to;

    @Option(
            names = "--alias",
            paramLabel = "NAME",
            defaultValue = "stable",
            description = "Another alias; default: ${DEFAULT-VALUE}.")
    private String alias;

    @Mixin
    private ChangeBy by;

    VersionsRollback(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (VersionStore store = place.open()) {
            Listing listing = store.listing();
            Long stands = listing.aliases().get(alias);
            Long goal = to == null ? before(store) : to;
            Outcome outcome =
                    store.move(new AliasMove(alias, goal, stands, new Rollback(), by.who("rolled back by hand")));
            AuditEntry entry = outcome.entry();
            terminal.line("%-15s%s stands at version %d, it stood at %s"
                    .formatted("rolled back", alias, entry.to(), entry.from() == null ? "none" : entry.from()));
        }
        return 0;
    }

    private Long before(VersionStore store) {
        List<AuditEntry> entries = new ArrayList<>(store.history(alias, Integer.MAX_VALUE));
        Collections.reverse(entries);
        Long before = Standings.before(entries, alias);
        if (before == null) {
            throw new Failure("there is nothing to roll %s back to".formatted(alias))
                    .where(store.name())
                    .found(entries.isEmpty() ? "it never stood anywhere" : "it stood at no other version before")
                    .toDo("promote another version: drlput versions promote VERSION " + place.option());
        }
        return before;
    }
}
