package org.drlput.server.shard;

import org.drlput.common.tensor.Parameters;
import org.drlput.server.optimizer.Optimizer;

/**
 * What a shard wants done. Called in the middle of a transition, on the shard's thread: an implementation returns soon, copies
 * what it needs of live arrays before it does, and never calls the shard back from inside.
 */
public interface ShardEffects {
    /**
     * Store generation and nonce durably, make the state that this generation begins with, then call {@link Shard#loaded} or
     * {@link Shard#loadFailed}. What {@link #publish} has begun is finished before, and nothing older is begun after.
     */
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

    /**
     * A copy of the state as it is at this moment. Whether its values are there already, or are put there before they change, is
     * for the one to know who reads them.
     */
    default StateCopy copy(Parameters weights, Optimizer optimizer) {
        return new StateCopy(weights.copy(), optimizer.copyState());
    }

    /**
     * As above, of what a version holds alone: for {@link #writePart}.
     *
     * @param updates that the optimizer made
     */
    default Parameters copyVersion(Parameters weights, Optimizer optimizer, long updates) {
        return optimizer.copyVersion(weights, updates);
    }

    /**
     * Write this copy in the background, then call {@link Shard#captureWritten} or, once and for all, {@link Shard#captureFailed}.
     * The parts of versions that it names are durable already.
     */
    void writeCapture(CaptureCopy copy);

    /** Answers a {@link Shard#awaitCapture}; a {@link Keep#PINNED} capture is pinned durably before. */
    void captureDurable(long call, DurableCapture capture, Keep keep);

    /** Answers a {@link Shard#awaitCapture}: there is no such capture and there will be none by itself. */
    void captureDeclined(long call, String reason);

    /**
     * Shard 0 publishes a version, create-if-absent: one that is there is published, whatever parts are named; the others see whether it is published. Then {@link Shard#published} or
     * {@link Shard#publishFailed}, which has the same asked again at once: that waits a while. One at a time.
     */
    void publish(CoveredVersion version);

    /** Of shard 0 alone: captures of the run that are older than this one, and not pinned, are needed no more. */
    void retain(CaptureKey oldest);
}
