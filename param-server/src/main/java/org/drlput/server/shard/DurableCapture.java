package org.drlput.server.shard;

import java.util.List;

/**
 * A capture that is on disk.
 *
 * @param sha256 of its file, lower-case hex
 * @param staged as in the {@link CaptureCopy}
 */
public record DurableCapture(CaptureKey key, String sha256, long bytes, List<StagedPart> staged) {
    public DurableCapture {
        staged = List.copyOf(staged);
    }
}
