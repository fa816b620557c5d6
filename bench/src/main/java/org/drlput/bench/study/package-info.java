/** Studies on the simulated market by many trainings in memory: the tables of the docs, made again by one command each. */
@NullMarked
package org.drlput.bench.study;

import org.jspecify.annotations.NullMarked;
