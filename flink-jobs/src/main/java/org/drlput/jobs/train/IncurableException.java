package org.drlput.jobs.train;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.flink.util.SerializedThrowable;

/** What another attempt would meet again: Flink then does not restart the job. The message says why, for a person. */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class IncurableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IncurableException(String message) {
        super(message);
    }

    /** The cause travels as its name, message and trace: some can not be serialized, and what can not arrives unmarked. */
    IncurableException(String message, Throwable cause) {
        super(message, new SerializedThrowable(cause));
    }
}
