package org.drlput.server.shard;

/**
 * A capture's name, the same for all shards: of this run, taken in this generation, after all steps below this boundary and none
 * from it on.
 */
public record CaptureKey(String run, long generation, long boundary) implements Comparable<CaptureKey> {
    /** By age, of captures of one run: a later life is younger, whatever its boundary. */
    @Override
    public int compareTo(CaptureKey other) {
        int order = Long.compare(generation, other.generation);
        return order != 0 ? order : Long.compare(boundary, other.boundary);
    }

    /** {@code <generation>-<boundary>}. */
    public String name() {
        return generation + "-" + boundary;
    }
}
