/** The action grid: hyperparameters, levels, groups, ties, and the action ids that they make. */
@NullMarked
package org.drlput.common.action;

import org.jspecify.annotations.NullMarked;
