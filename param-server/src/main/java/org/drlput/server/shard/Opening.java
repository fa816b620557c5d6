package org.drlput.server.shard;

/**
 * Begins a generation of a run.
 *
 * @param nonce drawn by who opens: tells a repeated message from another opener with the same number
 */
public record Opening(
        String run, long generation, long nonce, int shardCount, String experimentSha256, String kernel) {}
