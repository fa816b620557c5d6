package org.drlput.server.console;

import java.util.List;

/** Aliases, pins and the audit trail as the page shows them. */
record LedgerView(List<Object> aliases, List<Object> pins, List<Object> entries) {
    /** Nothing has been named yet. */
    static final LedgerView EMPTY = new LedgerView(List.of(), List.of(), List.of());
}
