/** The parameter server: one process, or one object, per shard. */
@NullMarked
package org.drlput.server;

import org.jspecify.annotations.NullMarked;
