/** Versions that are known to be bad or good, put before the gate. */
@NullMarked
package org.drlput.bench.planted;

import org.jspecify.annotations.NullMarked;
