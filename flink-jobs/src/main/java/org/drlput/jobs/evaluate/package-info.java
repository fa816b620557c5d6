/** The evaluation operator: judges every published version on the hold-out sample. */
@NullMarked
package org.drlput.jobs.evaluate;

import org.jspecify.annotations.NullMarked;
