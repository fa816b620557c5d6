package org.drlput.common.ledger;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.ledger.AuditEntry.Action;
import org.jspecify.annotations.Nullable;

/** Where an alias stood, read off the audit trail, oldest entry first. No I/O. */
public final class Standings {
    private Standings() {}

    /**
     * Where an alias stands and, before that, the places that a rollback goes back to, the oldest first: a rollback takes away what
     * came after its goal.
     */
    static List<Long> of(List<AuditEntry> history, String alias) {
        List<Long> stood = new ArrayList<>();
        for (AuditEntry entry : history) {
            Long to = entry.to();
            if (!alias.equals(entry.alias()) || to == null || to.equals(entry.from())) {
                continue;
            }
            int before = stood.lastIndexOf(to);
            if (entry.action() == Action.ROLLBACK && before >= 0) {
                stood.subList(before + 1, stood.size()).clear();
            } else {
                stood.add(to);
            }
        }
        return stood;
    }

    /** What a rollback goes back to; null: nothing. */
    public static @Nullable Long before(List<AuditEntry> history, String alias) {
        List<Long> stood = of(history, alias);
        return stood.size() < 2 ? null : stood.get(stood.size() - 2);
    }

    /** Whether an alias ever stood at a version. */
    static boolean everAt(List<AuditEntry> history, String alias, long version) {
        return history.stream()
                .anyMatch(entry -> alias.equals(entry.alias()) && entry.to() != null && entry.to() == version);
    }
}
