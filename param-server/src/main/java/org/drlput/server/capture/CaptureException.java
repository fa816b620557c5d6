package org.drlput.server.capture;

import org.jspecify.annotations.Nullable;

/** A capture can not be used; the message names the file, what is wrong with it, and what to do. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1L;

    CaptureException(String message) {
        this(message, null);
    }

    CaptureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
