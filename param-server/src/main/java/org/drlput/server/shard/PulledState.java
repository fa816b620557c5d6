package org.drlput.server.shard;

import org.drlput.common.tensor.Parameters;

/**
 * The answer to a pull.
 *
 * @param steps applied in the weights; over them {@code rows} valid rows with {@code rewardSum}
 * @param weights the shard's part, live: to be copied at once
 */
public record PulledState(long steps, long rows, double rewardSum, Parameters weights) {}
