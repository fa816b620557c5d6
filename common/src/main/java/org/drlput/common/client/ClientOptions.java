package org.drlput.common.client;

import java.time.Duration;

/**
 * How long a client waits.
 *
 * @param callDeadline of a call that a shard answers by itself: status, push, confirm, versions
 * @param pullDeadline of a pull, which waits for all workers to finish the step before
 * @param openDeadline of opening, which waits for shards to start and to load
 * @param retryFor how long a shard may be unavailable before a training call gives up; a shard that was started again needs
 *     another opening anyway
 * @param keepAlive of a silent connection: then the shard is asked whether it lives, and given up after the same time again
 */
public record ClientOptions(
        Duration callDeadline, Duration pullDeadline, Duration openDeadline, Duration retryFor, Duration keepAlive) {
    public static final ClientOptions DEFAULT = new ClientOptions(
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(120),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));
}
