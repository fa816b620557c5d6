package org.drlput.server.shard;

/** What became of a push that was not refused. */
public enum PushOutcome {
    /** Taken; its contribution belongs to the shard now. */
    ACCEPTED,
    /** It was here before: nothing changed, the contribution stays the sender's. */
    DUPLICATE
}
