/** Exploration logs: their schema, their readers, encoded batches, the hold-out split. */
@NullMarked
package org.drlput.common.log;

import org.jspecify.annotations.NullMarked;
