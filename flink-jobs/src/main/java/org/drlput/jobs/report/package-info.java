/** What a run leaves for people and programs: {@code summary.json} and the report, one HTML file without a script. */
@NullMarked
package org.drlput.jobs.report;

import org.jspecify.annotations.NullMarked;
