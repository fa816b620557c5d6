package org.drlput.server.shard;

import java.util.List;

/**
 * A checkpoint with this key is known to be complete.
 *
 * @param checkpoint its number, for the manifests
 * @param retained so many completed checkpoints does Flink keep; savepoints are pinned and do not count
 * @param files of the versions that it covers, of all shards
 */
public record Confirmation(CaptureKey key, long checkpoint, int retained, List<StagedPart> files) {
    public Confirmation {
        files = List.copyOf(files);
    }
}
