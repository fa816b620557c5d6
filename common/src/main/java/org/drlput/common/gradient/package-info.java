/** Sums of gradients over micro-batches, and the fixed tree along which they are added. */
@NullMarked
package org.drlput.common.gradient;

import org.jspecify.annotations.NullMarked;
