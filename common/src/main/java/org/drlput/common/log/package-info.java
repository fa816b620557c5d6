/** Exploration logs: their schema, their readers, blocks of their rows, the hold-out split. */
@NullMarked
package org.drlput.common.log;

import org.jspecify.annotations.NullMarked;
