/** Features of a request and how they become numbers. */
@NullMarked
package org.drlput.common.feature;

import org.jspecify.annotations.NullMarked;
