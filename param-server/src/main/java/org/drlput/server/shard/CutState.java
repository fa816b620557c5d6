package org.drlput.server.shard;

/** What became of a cut in one shard. */
enum CutState {
    /** Not heard of; or so long ago that it is forgotten. */
    UNKNOWN,
    /** The shard is on its way there. */
    AWAITED,
    /** Copied in memory, on its way to the disk. */
    COPIED,
    DURABLE,
    /** Dropped, or its write failed. */
    LOST
}
