/** What an ad server's side costs: a decision, a swap under load, a thousand followers. */
@NullMarked
package org.drlput.bench.serve;

import org.jspecify.annotations.NullMarked;
