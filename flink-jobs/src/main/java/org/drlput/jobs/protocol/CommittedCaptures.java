package org.drlput.jobs.protocol;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.StagedPart;

/**
 * The committer's state in a checkpoint: which captures belong to it.
 *
 * @param captures of all shards, in shard order
 */
public record CommittedCaptures(CaptureKey key, List<DurableCapture> captures) {
    public CommittedCaptures {
        captures = List.copyOf(captures);
    }

    /** The files of the versions that the checkpoint covers and that were not known as published, each once. */
    public List<StagedPart> files() {
        Set<StagedPart> files = new LinkedHashSet<>();
        captures.forEach(capture -> files.addAll(capture.staged()));
        return List.copyOf(files);
    }
}
