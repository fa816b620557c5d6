/** The experiment file: its records, its loader and all that can be wrong with it. */
@NullMarked
package org.drlput.common.experiment;

import org.jspecify.annotations.NullMarked;
