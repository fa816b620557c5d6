package org.drlput.common.ledger;

/** A change that the ledger does not make: nothing was changed. The message says why, and what to do. */
public final class RefusedChangeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the caller may do next. */
    public enum Reason {
        /** Ask for something else: it can never be done. */
        INVALID,
        /** There is no such version or alias. */
        UNKNOWN,
        /** Somebody else was faster: look again, then decide again. */
        STALE,
        /** Something stands against it, which the message names: take that away first. */
        HELD,
        /** The version's files are damaged, or its weights are not finite. */
        UNUSABLE
    }

    private final Reason reason;

    public RefusedChangeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public RefusedChangeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
