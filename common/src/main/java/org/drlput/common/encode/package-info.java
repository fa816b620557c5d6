/** From rows of a log, or one request, to the numbers that the network reads. */
@NullMarked
package org.drlput.common.encode;

import org.jspecify.annotations.NullMarked;
