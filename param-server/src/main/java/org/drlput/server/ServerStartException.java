package org.drlput.server;

import org.jspecify.annotations.Nullable;

/** A shard could not be started; the message says why and what to do. */
public final class ServerStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
