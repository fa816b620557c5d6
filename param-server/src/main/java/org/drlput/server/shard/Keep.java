package org.drlput.server.shard;

/** How long a capture is needed. */
public enum Keep {
    /** A checkpoint's: until enough younger ones are confirmed. */
    RETAINED,
    /** A savepoint's: until somebody who looked says that it is gone. */
    PINNED
}
