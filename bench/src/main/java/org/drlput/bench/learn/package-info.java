/** What trainings learn from the simulated market: the same arithmetic as the job's, in one thread and in memory. */
@NullMarked
package org.drlput.bench.learn;

import org.jspecify.annotations.NullMarked;
