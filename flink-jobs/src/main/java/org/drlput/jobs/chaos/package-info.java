/**
 * Breaks a cluster of this machine on purpose, at seeded moments, while it trains, and checks that nothing was lost, doubled or left
 * behind.
 */
@NullMarked
package org.drlput.jobs.chaos;

import org.jspecify.annotations.NullMarked;
