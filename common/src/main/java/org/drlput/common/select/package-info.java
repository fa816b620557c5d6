/** Which of a run's versions to use, or whether to fall back to one action for everybody: by estimates, never by the truth. */
@NullMarked
package org.drlput.common.select;

import org.jspecify.annotations.NullMarked;
