/**
 * A cluster on this machine: Flink workers, parameter-server shards and a job's JobManager as processes of their own, and a
 * supervisor that starts again what died.
 */
@NullMarked
package org.drlput.jobs.cluster;

import org.jspecify.annotations.NullMarked;
