package org.drlput.jobs.protocol;

/**
 * What the source must know of a shard's status.
 *
 * @param generation the highest that the shard knows; 0: none
 * @param step complete steps
 * @param published how many versions of the run are published, {@code evaluated} how many of these have an evaluation
 * @param failure why the shard can not go on; empty: it can
 */
public record ShardView(long generation, long incarnation, long step, int published, int evaluated, String failure) {}
