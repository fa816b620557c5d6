/**
 * The pure machine of a parameter-server shard: messages in, effects out. No file, thread, clock or network; whoever owns a
 * {@code Shard} calls it from one thread.
 */
@NullMarked
package org.drlput.server.shard;

import org.jspecify.annotations.NullMarked;
