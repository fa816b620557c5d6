/** The gRPC edge of a shard: services, the thread that owns the machine, and what the machine wants done. */
@NullMarked
package org.drlput.server.rpc;

import org.jspecify.annotations.NullMarked;
