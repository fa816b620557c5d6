/** Outcomes and the composite reward made of them. */
@NullMarked
package org.drlput.common.reward;

import org.jspecify.annotations.NullMarked;
