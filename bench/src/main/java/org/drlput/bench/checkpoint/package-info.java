/** Logs of the peers' workload A, for whole training runs of it. */
@NullMarked
package org.drlput.bench.checkpoint;

import org.jspecify.annotations.NullMarked;
