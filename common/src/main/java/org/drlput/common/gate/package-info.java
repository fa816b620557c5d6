/** The gate that {@code stable} moves through: what a version has to show, and whether it does. */
@NullMarked
package org.drlput.common.gate;

import org.jspecify.annotations.NullMarked;
