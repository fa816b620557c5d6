/** What trainings learn from logs of sets whose true rewards are known, by the arithmetic of the job, in one thread and in memory. */
@NullMarked
package org.drlput.bench.quality;

import org.jspecify.annotations.NullMarked;
