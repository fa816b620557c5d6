package org.drlput.server.shard;

/** A shard's part of a version that is durable in a file and not published yet. */
public record StagedPart(int shard, long step, long version, long rows, String file, long bytes, String sha256) {}
