package org.drlput.server.shard;

import java.util.List;
import org.drlput.common.gradient.Contribution;

/**
 * What moves the weights once.
 *
 * @param lanes micro-batches in it
 */
record Update(long step, int lanes, Contribution sum, List<RefusedMicroBatch> refused) {}
