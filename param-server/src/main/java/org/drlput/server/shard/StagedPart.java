package org.drlput.server.shard;

/**
 * A shard's part of a version that is durable in a file and not published yet. Files of different generations never meet: one
 * generation may stage a step again with another shard count, or asynchronously with other bits.
 *
 * @param generation that staged it
 * @param shardCount so many parts make the version
 */
public record StagedPart(
        long generation,
        int shard,
        int shardCount,
        long step,
        long version,
        long rows,
        String file,
        long bytes,
        String sha256) {}
