package org.drlput.server.shard;

/**
 * The decisions of the exactly-once protocol that a shard takes by itself, each a method of its own: one reads them here in one
 * place, and the simulation takes them away one at a time to show that none can be left out.
 */
class ShardRules {
    static final ShardRules ALL = new ShardRules();

    /** A copy in memory for each. */
    private static final int MAX_UNWRITTEN = 2;

    /** A repeated opening must not load again: pushes of its generation may be in already. */
    boolean begins(Opening wanted, long generation) {
        return wanted.generation() > generation;
    }

    /** Two attempts may ask for one number before either is heard: the nonce tells them apart, and so does what they restore. */
    boolean repeats(Opening wanted, Opening current) {
        return wanted.equals(current);
    }

    /**
     * A push never takes a lost cut again: its step may be half applied elsewhere, and the next push would try again.
     *
     * @param past something at or after the cut is applied: the state at the cut is gone
     */
    boolean pushTakes(CutState cut, boolean past) {
        return cut == CutState.UNKNOWN && !past;
    }

    /** A question takes a lost cut again, as long as the shard still stands there: at the end of a run it always does. */
    boolean questionTakes(CutState cut, boolean past) {
        return (cut == CutState.UNKNOWN || cut == CutState.LOST) && !past;
    }

    /** Training never waits for a slow disk: a copy beyond these is dropped. */
    boolean roomForCapture(int unwritten) {
        return unwritten < MAX_UNWRITTEN;
    }

    /** Versions are never dropped: training waits before the third. */
    boolean roomForVersion(int unwritten) {
        return unwritten < MAX_UNWRITTEN;
    }

    /** A capture promises the versions up to its cut: their parts must be durable first. */
    boolean mayWrite(int unwrittenParts) {
        return unwrittenParts == 0;
    }

    /**
     * Contributions to steps from here on are held: a cut, and a version, is of all steps before it and of nothing later.
     *
     * @param cut the next that is awaited, {@code version} the next that is to be copied; {@link Long#MAX_VALUE}: none
     */
    long limit(long cut, long version) {
        return Math.min(cut, version);
    }

    /** Files of versions that the completed checkpoint does not cover may still be taken back by a restore. */
    boolean covers(CaptureKey key, StagedPart file) {
        return file.step() <= key.boundary();
    }
}
