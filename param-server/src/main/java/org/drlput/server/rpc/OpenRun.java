package org.drlput.server.rpc;

import org.drlput.common.gradient.ContributionPool;
import org.drlput.common.wire.TensorInput;
import org.drlput.server.publish.RunFiles;
import org.drlput.server.shard.Opening;

/**
 * What threads beside the machine's know of the open run: enough to decode messages and to publish. Whether a message counts is
 * decided by the machine.
 *
 * @param pool of contributions to the shard's part
 */
record OpenRun(Opening opening, RunFiles files, long baseVersion, TensorInput.Layout layout, ContributionPool pool) {
    /** Pushes that may be under way: every micro-batch of every step of the window, each sent twice. */
    int maxPushes() {
        return 2
                * files.experiment().training().microBatches()
                * files.experiment().training().window();
    }
}
