/** A shard's durable states: captures on disk, which of them are kept, and which generation a shard has seen. */
@NullMarked
package org.drlput.server.capture;

import org.jspecify.annotations.NullMarked;
