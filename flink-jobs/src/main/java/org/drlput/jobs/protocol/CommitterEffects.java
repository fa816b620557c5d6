package org.drlput.jobs.protocol;

import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Confirmation;
import org.drlput.server.shard.Keep;

/** What a {@link CommitterMachine} wants done. Called in the middle of a transition: never calls the machine back from inside. */
public interface CommitterEffects {
    /**
     * Ask every shard for this capture, with a deadline below the checkpoint's timeout; then for each answer
     * {@link CommitterMachine#durable} or {@link CommitterMachine#lost}.
     */
    void ask(long checkpoint, CaptureKey key, Keep keep);

    /** The asynchronous part of the snapshot ends well, with this state. */
    void acknowledge(long checkpoint, CommittedCaptures state);

    /** The asynchronous part of the snapshot fails, and so does this checkpoint; training goes on. */
    void decline(long checkpoint, String reason);

    /** Tell every shard, again and again until it answers or this life is over. */
    void confirm(Confirmation confirmation);
}
