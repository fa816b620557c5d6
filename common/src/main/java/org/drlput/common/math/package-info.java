/** Numbers in arrays: matrix products, softmax. Knows no tensor and no policy. */
@NullMarked
package org.drlput.common.math;

import org.jspecify.annotations.NullMarked;
