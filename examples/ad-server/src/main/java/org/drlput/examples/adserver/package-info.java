/** A small ad server that follows a policy, logs what it decides, and so feeds the next one. */
@NullMarked
package org.drlput.examples.adserver;

import org.jspecify.annotations.NullMarked;
