package org.drlput.common.wire;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * The gRPC statuses of this project, by what the caller may do next. Descriptions say what was wrong, where, and what to do; they
 * travel in a header, so that long ones are cut.
 */
public final class Statuses {
    /** Peers accept 8 KiB of headers in all; a character may take nine bytes. */
    private static final int MAX_DESCRIPTION = 700;

    private Statuses() {}

    /** Can never succeed: shape, NaN, unknown tensor. Nothing was changed. */
    public static StatusRuntimeException invalidArgument(String text) {
        return of(Status.INVALID_ARGUMENT, text);
    }

    /** Another generation, incarnation or experiment, or not opened: the task fails, the job restores. Nothing was changed. */
    public static StatusRuntimeException failedPrecondition(String text) {
        return of(Status.FAILED_PRECONDITION, text);
    }

    /** Not now: again, until the deadline. */
    public static StatusRuntimeException unavailable(String text) {
        return of(Status.UNAVAILABLE, text);
    }

    /** A queue is full or a message too large. Nothing was changed. */
    public static StatusRuntimeException resourceExhausted(String text) {
        return of(Status.RESOURCE_EXHAUSTED, text);
    }

    public static StatusRuntimeException notFound(String text) {
        return of(Status.NOT_FOUND, text);
    }

    /** A bad checksum. Nothing was changed. */
    public static StatusRuntimeException dataLoss(String text) {
        return of(Status.DATA_LOSS, text);
    }

    /** Somebody else was faster: look again, then decide again. Nothing was changed. */
    public static StatusRuntimeException aborted(String text) {
        return of(Status.ABORTED, text);
    }

    /** The other side did not take what it asked for, for too long. */
    public static StatusRuntimeException deadlineExceeded(String text) {
        return of(Status.DEADLINE_EXCEEDED, text);
    }

    public static StatusRuntimeException unimplemented(String text) {
        return of(Status.UNIMPLEMENTED, text);
    }

    /** A fault of the server's own; the log has the trace. */
    public static StatusRuntimeException internal(String text) {
        return of(Status.INTERNAL, text);
    }

    private static StatusRuntimeException of(Status status, String text) {
        String description = text.length() <= MAX_DESCRIPTION ? text : text.substring(0, MAX_DESCRIPTION) + "...";
        return status.withDescription(description).asRuntimeException();
    }
}
