package org.drlput.jobs.protocol;

import org.drlput.server.shard.CaptureKey;

/**
 * A completed checkpoint or savepoint.
 *
 * @param finished whether all operators had finished: a restore runs none of them again
 */
record Completed(long number, CaptureKey key, boolean finished) {}
