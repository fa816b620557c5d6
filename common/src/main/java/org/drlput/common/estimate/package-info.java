/** Off-policy estimators and their intervals. */
@NullMarked
package org.drlput.common.estimate;

import org.jspecify.annotations.NullMarked;
