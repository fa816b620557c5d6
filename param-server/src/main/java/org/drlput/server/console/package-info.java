/** The console: a page for people, read only, of what a data directory holds and what its shards do. */
@NullMarked
package org.drlput.server.console;

import org.jspecify.annotations.NullMarked;
