/** What tasks of the job share. */
@NullMarked
package org.drlput.jobs.task;

import org.jspecify.annotations.NullMarked;
