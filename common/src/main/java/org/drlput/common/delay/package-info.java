/** Outcomes that come late: how long they take, and what is made of those that may still come. */
@NullMarked
package org.drlput.common.delay;

import org.jspecify.annotations.NullMarked;
