/** The first pass over the logs, once per run: blocks, audit, quarantine, hold-out sample, statistics. */
@NullMarked
package org.drlput.jobs.firstpass;

import org.jspecify.annotations.NullMarked;
