/** Versions on their way from shards to the registry: numbers reserved, parts staged, whole versions published. */
@NullMarked
package org.drlput.server.publish;

import org.jspecify.annotations.NullMarked;
