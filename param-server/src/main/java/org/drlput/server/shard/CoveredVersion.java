package org.drlput.server.shard;

import java.util.List;

/**
 * A version that a completed checkpoint covers: no restore can take it back any more.
 *
 * @param generation that publishes it
 * @param checkpoint the number of the completed checkpoint; 0: not known
 * @param parts of all shards that staged it; some may be missing where the version is published already, never else
 */
public record CoveredVersion(long generation, long checkpoint, long step, List<StagedPart> parts) {
    public CoveredVersion {
        parts = List.copyOf(parts);
    }
}
