/** What a step costs on the wire. */
@NullMarked
package org.drlput.bench.rpc;

import org.jspecify.annotations.NullMarked;
