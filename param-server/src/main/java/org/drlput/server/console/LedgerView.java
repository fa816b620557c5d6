package org.drlput.server.console;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.LedgerException;
import org.drlput.common.ledger.VersionKeeper;
import org.jspecify.annotations.Nullable;

/**
 * Aliases, pins and the audit trail as the page shows them.
 *
 * @param problem why the ledger can not be read; null: it can
 * @param entries newest first, at most {@link #MAX_ENTRIES}; the evidence of the first {@link #MAX_EVIDENCE} that have some
 * @param older how many entries there are besides
 */
record LedgerView(
        @Nullable String problem,
        List<NamedVersion> aliases,
        List<PinnedVersion> pins,
        List<AuditEntry> entries,
        int older) {
    static final int MAX_ENTRIES = 500;
    static final int MAX_EVIDENCE = 40;

    record NamedVersion(String name, long version) {}

    record PinnedVersion(long version, String actor, String reason, String time) {}

    static LedgerView of(VersionKeeper keeper) {
        try {
            VersionKeeper.Listing listing = keeper.list();
            List<NamedVersion> aliases = new ArrayList<>();
            listing.aliases().forEach((name, version) -> aliases.add(new NamedVersion(name, version)));
            List<PinnedVersion> pins = new ArrayList<>();
            listing.pins()
                    .forEach((version, pin) ->
                            pins.add(new PinnedVersion(version, pin.actor(), pin.reason(), pin.time())));
            List<AuditEntry> history = keeper.history();
            return new LedgerView(null, aliases, pins, newest(history), Math.max(0, history.size() - MAX_ENTRIES));
        } catch (LedgerException e) {
            return new LedgerView(String.valueOf(e.getMessage()), List.of(), List.of(), List.of(), 0);
        }
    }

    private static List<AuditEntry> newest(List<AuditEntry> history) {
        List<AuditEntry> entries =
                new ArrayList<>(history.subList(Math.max(0, history.size() - MAX_ENTRIES), history.size()));
        Collections.reverse(entries);
        int evidence = 0;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).evidence() != null && ++evidence > MAX_EVIDENCE) {
                entries.set(i, withoutEvidence(entries.get(i)));
            }
        }
        return entries;
    }

    private static AuditEntry withoutEvidence(AuditEntry entry) {
        return new AuditEntry(
                entry.formatVersion(),
                entry.sequence(),
                entry.time(),
                entry.action(),
                entry.alias(),
                entry.version(),
                entry.from(),
                entry.to(),
                entry.actor(),
                entry.reason(),
                null);
    }
}
