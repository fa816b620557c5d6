package org.drlput.server.shard;

/**
 * What a shard wants done. Called in the middle of a transition, on the shard's thread: an implementation returns soon, copies
 * what it needs of live arrays before it does, and never calls the shard back from inside.
 */
public interface ShardEffects {
    /** Make the state that this generation begins with, then call {@link Shard#loaded} or {@link Shard#loadFailed}. */
    void load(Opening opening);

    /** Answers a {@link Shard#open}. */
    void opened(long call, long step, long baseVersion);

    void openRefused(long call, Refusal refusal);

    /** Answers a {@link Shard#pull}. */
    void pullReady(long call, PulledState state);

    void pullRefused(long call, Refusal refusal);

    /**
     * Write this part, again and again until it is durable, then call {@link Shard#partWritten}; after each failure
     * {@link Shard#partFailed}. Nothing waits for it but the second next version.
     */
    void writePart(VersionPart part);
}
