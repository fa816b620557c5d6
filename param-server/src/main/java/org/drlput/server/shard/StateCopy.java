package org.drlput.server.shard;

import org.drlput.common.tensor.Parameters;
import org.drlput.server.optimizer.OptimizerState;

/** All values of a shard's part as they were at one moment; whoever takes it owns it. */
public record StateCopy(Parameters weights, OptimizerState optimizer) {}
