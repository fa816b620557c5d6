/** Tensors, their cut into shards, and sums of gradients over them. */
@NullMarked
package org.drlput.common.tensor;

import org.jspecify.annotations.NullMarked;
