/** How exploration logs differ from all traffic, feature by feature, and weights that make up for it. */
@NullMarked
package org.drlput.common.bias;

import org.jspecify.annotations.NullMarked;
