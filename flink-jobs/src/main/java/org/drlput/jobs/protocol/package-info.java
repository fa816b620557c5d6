/**
 * The job's side of the exactly-once protocol as pure machines: when steps are emitted, which cut a checkpoint stands on, when it is
 * complete. No Flink, file, thread, clock or network: operators bring messages and do what comes out. Each machine has one thread.
 */
@NullMarked
package org.drlput.jobs.protocol;

import org.jspecify.annotations.NullMarked;
