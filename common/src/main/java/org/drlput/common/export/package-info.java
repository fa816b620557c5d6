/** Versions as files that other languages read: ONNX and Arrow. */
@NullMarked
package org.drlput.common.export;

import org.jspecify.annotations.NullMarked;
