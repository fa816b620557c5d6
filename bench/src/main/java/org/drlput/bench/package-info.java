/** Measures the training step with the classes that the product uses. */
@NullMarked
package org.drlput.bench;

import org.jspecify.annotations.NullMarked;
