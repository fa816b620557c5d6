package org.drlput.common.ledger;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What keeps versions from being removed, read off a ledger. No I/O. */
final class Holds {
    /** So many versions that {@code stable} stood at before stay, for rollbacks. */
    static final int KEPT_BEFORE = 2;

    private Holds() {}

    /**
     * Why each version that is held is held, in words.
     *
     * @param leased versions that are being read
     */
    static SortedMap<Long, String> of(LedgerState state, List<AuditEntry> history, Set<Long> leased) {
        SortedMap<Long, String> held = new TreeMap<>();
        state.aliases().forEach((alias, version) -> held.putIfAbsent(version, "alias " + alias + " stands at it"));
        state.pins()
                .forEach((version, pin) ->
                        held.putIfAbsent(version, "%s has pinned it: %s".formatted(pin.actor(), pin.reason())));
        List<Long> stood = Standings.of(history, VersionKeeper.STABLE);
        for (int i = Math.max(0, stood.size() - 1 - KEPT_BEFORE); i < stood.size(); i++) {
            held.putIfAbsent(stood.get(i), "a rollback of %s may go back to it".formatted(VersionKeeper.STABLE));
        }
        leased.forEach(version -> held.putIfAbsent(version, "it is being read"));
        return held;
    }
}
