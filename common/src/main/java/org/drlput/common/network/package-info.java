/** The policy network: what tensors it has, forward and backward on {@code float[]}. */
@NullMarked
package org.drlput.common.network;

import org.jspecify.annotations.NullMarked;
