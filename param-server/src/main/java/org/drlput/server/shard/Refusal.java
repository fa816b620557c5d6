package org.drlput.server.shard;

/** Why a message was refused; it changed nothing. The text says what was wrong, where, and what to do. */
public record Refusal(Reason reason, String text) {
    /** What the sender may do next. */
    public enum Reason {
        /** Nothing: the message can never succeed. */
        INVALID,
        /** Begin another generation: this one, or this process, is over. */
        OTHER_LIFE,
        /** The same again, later. */
        NOT_YET,
        /** Send less at a time. */
        TOO_MUCH
    }
}
