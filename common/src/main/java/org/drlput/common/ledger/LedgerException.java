package org.drlput.common.ledger;

import org.jspecify.annotations.Nullable;

/** The ledger's files can not be used as they are, or not be written: nothing was changed. The message says which, and what to do. */
public final class LedgerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LedgerException(String message) {
        super(message);
    }

    public LedgerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
