/** The wire: generated messages' helpers, tensors as bytes, and which gRPC status says what. */
@NullMarked
package org.drlput.common.wire;

import org.jspecify.annotations.NullMarked;
