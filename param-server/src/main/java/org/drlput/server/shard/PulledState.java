package org.drlput.server.shard;

import org.drlput.common.gradient.RewardsSeen;
import org.drlput.common.tensor.Parameters;

/**
 * The answer to a pull.
 *
 * @param steps applied in the weights
 * @param seen of rewards, over them
 * @param weights the shard's part, live: to be copied at once
 */
public record PulledState(long steps, RewardsSeen seen, Parameters weights) {}
