package org.drlput.jobs.chaos;

/** Chaos itself can not go on; the message says why and what to do. */
public final class ChaosException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChaosException(String message) {
        super(message);
    }

    ChaosException(String message, Throwable cause) {
        super(message, cause);
    }
}
