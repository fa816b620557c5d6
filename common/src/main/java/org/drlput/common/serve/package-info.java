/**
 * An ad server's side: a client that follows an alias and decides requests by the version that it names, and the log of what was
 * decided. Knows versions and the wire; neither Flink nor the server.
 */
@NullMarked
package org.drlput.common.serve;

import org.jspecify.annotations.NullMarked;
