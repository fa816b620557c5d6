package org.drlput.server.shard;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which captures of a run are needed: the newest {@code retained + 1} that are confirmed complete, and all younger. One more than
 * Flink keeps, since it may restore the oldest of its own just before it hears of the newest.
 */
final class Retention {
    private String run = "";
    private final TreeSet<CaptureKey> confirmed = new TreeSet<>();

    /** A generation begins with this opening: what it restores is complete. */
    void restored(Opening opening) {
        if (!run.equals(opening.run())) {
            run = opening.run();
            confirmed.clear();
        }
        if (opening.restored() != null) {
            confirmed.add(opening.restored());
        }
    }

    /**
     * A checkpoint with this key is complete.
     *
     * @param retained checkpoints that Flink keeps
     * @return the oldest capture that is needed; null: nobody knows yet
     */
    @Nullable
    CaptureKey confirm(CaptureKey key, int retained) {
        confirmed.add(key);
        while (confirmed.size() > retained + 1) {
            confirmed.pollFirst();
        }
        return confirmed.size() == retained + 1 ? confirmed.first() : null;
    }
}
