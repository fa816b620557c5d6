/** A small ad market whose truth is known: exploration logs for tests and the demo, and the true value of any policy. */
@NullMarked
package org.drlput.common.simulate;

import org.jspecify.annotations.NullMarked;
