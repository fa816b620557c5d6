/** The command line: {@code drlput}. */
@NullMarked
package org.drlput.jobs.cli;

import org.jspecify.annotations.NullMarked;
