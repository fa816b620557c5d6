package org.drlput.jobs.train;

/** A run that ended before its end: the message says why, for a person. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }

    public TrainingException(String message) {
        super(message);
    }
}
