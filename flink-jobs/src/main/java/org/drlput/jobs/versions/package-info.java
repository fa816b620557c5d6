/** Versions for commands and for the end of a run: in a directory or at a server, and the question to the gate. */
@NullMarked
package org.drlput.jobs.versions;

import org.jspecify.annotations.NullMarked;
