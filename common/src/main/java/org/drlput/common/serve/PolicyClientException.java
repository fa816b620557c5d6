package org.drlput.common.serve;

import org.jspecify.annotations.Nullable;

/** A client that can not be started as it is set up. The message says what was wrong, and what to do. */
public final class PolicyClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PolicyClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
