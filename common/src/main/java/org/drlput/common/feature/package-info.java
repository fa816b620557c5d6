/** What a request is described by: the layout of its features in the network's input, and the rows of categories in their tables. */
@NullMarked
package org.drlput.common.feature;

import org.jspecify.annotations.NullMarked;
