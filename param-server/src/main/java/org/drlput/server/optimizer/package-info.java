/** How a step's gradient sum changes weights: elementwise, so that any cut into shards gives the same bits. */
@NullMarked
package org.drlput.server.optimizer;

import org.jspecify.annotations.NullMarked;
