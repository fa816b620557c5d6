/** What a run leaves in its directory: where it lies, what was run, how it got on. */
@NullMarked
package org.drlput.jobs.run;

import org.jspecify.annotations.NullMarked;
