/** What training maximizes, and the gradient of it over one micro-batch. */
@NullMarked
package org.drlput.common.objective;

import org.jspecify.annotations.NullMarked;
