package org.drlput.server.shard;

import org.jspecify.annotations.Nullable;

/**
 * Begins a generation of a run.
 *
 * @param nonce drawn by who opens: tells a repeated message from another opener with the same number
 * @param restored the capture to go on from, of a completed checkpoint; null: from the initial weights
 * @param restoredCheckpoint that checkpoint's number, for manifests; 0: not known
 */
public record Opening(
        String run,
        long generation,
        long nonce,
        int shardCount,
        String experimentSha256,
        String firstPassSha256,
        String kernel,
        @Nullable CaptureKey restored,
        long restoredCheckpoint) {}
