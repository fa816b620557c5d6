/**
 * The training job: a source that plans one step after the other, workers that compute contributions, a committer that publishes
 * versions, and what runs them on an embedded or a remote cluster.
 */
@NullMarked
package org.drlput.jobs.train;

import org.jspecify.annotations.NullMarked;
