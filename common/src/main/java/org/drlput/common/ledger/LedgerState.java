package org.drlput.common.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.drlput.common.ledger.AuditEntry.Action;
import org.jspecify.annotations.Nullable;

/**
 * {@code aliases.json}: where the aliases stand and what is pinned, after {@code sequence} changes, the last of which is in here
 * whole: what a crash kept from the audit trail is added to it from here. Immutable.
 *
 * @param aliases by name; {@code latest}, which follows from the versions themselves, is not among them
 * @param pins by version
 * @param last null before the first change
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LedgerState(
        int formatVersion,
        long sequence,
        SortedMap<String, Long> aliases,
        SortedMap<Long, Pin> pins,
        @Nullable AuditEntry last) {

    static final int FORMAT_VERSION = 1;

    static final LedgerState EMPTY = new LedgerState(FORMAT_VERSION, 0, new TreeMap<>(), new TreeMap<>(), null);

    public LedgerState {
        if (aliases == null || pins == null) {
            throw new IllegalArgumentException("aliases or pins are missing");
        }
        if ((last == null ? 0 : last.sequence()) != sequence) {
            throw new IllegalArgumentException("its sequence is %d, its last change has %s"
                    .formatted(sequence, last == null ? "none" : last.sequence()));
        }
        aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
        pins = Collections.unmodifiableSortedMap(new TreeMap<>(pins));
    }

    /** Why a version is kept, and who wants that since when. */
    public record Pin(String actor, String reason, String time) {}

    /**
     * A change to be made.
     *
     * @param to where the alias stands then; null: nowhere. Of changes without an alias: not looked at
     */
    record Change(
            Action action,
            @Nullable String alias,
            @Nullable Long version,
            @Nullable Long to,
            String actor,
            String reason,
            @Nullable JsonNode evidence) {}

    LedgerState after(Change change, Instant time) {
        SortedMap<String, Long> movedAliases = new TreeMap<>(aliases);
        SortedMap<Long, Pin> movedPins = new TreeMap<>(pins);
        Long from = null;
        Long to = null;
        if (change.alias() != null) {
            from = aliases.get(change.alias());
            to = change.to();
            if (to == null) {
                movedAliases.remove(change.alias());
            } else {
                movedAliases.put(change.alias(), to);
            }
        }
        if (change.version() != null && change.action() == Action.PIN) {
            movedPins.put(change.version(), new Pin(change.actor(), change.reason(), time.toString()));
        } else if (change.version() != null && change.action() == Action.UNPIN) {
            movedPins.remove(change.version());
        }
        AuditEntry entry = new AuditEntry(
                AuditEntry.FORMAT_VERSION,
                sequence + 1,
                time.toString(),
                change.action(),
                change.alias(),
                change.version(),
                from,
                to,
                change.actor(),
                change.reason(),
                change.evidence());
        return new LedgerState(FORMAT_VERSION, sequence + 1, movedAliases, movedPins, entry);
    }

    /** The state after an entry of the audit trail, as it was then. */
    LedgerState replay(AuditEntry entry) {
        Change change = new Change(
                entry.action(),
                entry.alias(),
                entry.version(),
                entry.to(),
                entry.actor(),
                entry.reason(),
                entry.evidence());
        LedgerState after = after(change, Instant.parse(entry.time()));
        return new LedgerState(FORMAT_VERSION, entry.sequence(), after.aliases(), after.pins(), entry);
    }
}
