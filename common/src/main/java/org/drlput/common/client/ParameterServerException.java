package org.drlput.common.client;

import io.grpc.Status;

/**
 * A call to a shard failed for good: what could be retried was. The message names the shard, its address, what was wrong and what
 * to do.
 */
public final class ParameterServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int shard;
    private final Status.Code code;

    public ParameterServerException(int shard, Status.Code code, String message, Throwable cause) {
        super(message, cause);
        this.shard = shard;
        this.code = code;
    }

    public int shard() {
        return shard;
    }

    /**
     * {@code FAILED_PRECONDITION}: the shard lives another life, open it again. {@code UNAVAILABLE}, {@code DEADLINE_EXCEEDED}:
     * not reached in time; whether the call was done is not known. All others: refused, nothing was changed.
     */
    public Status.Code code() {
        return code;
    }
}
