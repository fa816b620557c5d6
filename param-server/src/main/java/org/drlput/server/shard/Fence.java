package org.drlput.server.shard;

/** Which life of which run, and of which shard process, a call is of. Every training call carries one. */
public record Fence(String run, long generation, long incarnation, String experimentSha256, String kernel) {}
