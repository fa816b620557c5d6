/** Published versions: manifest, directory, checksums, and the policy inside. */
@NullMarked
package org.drlput.common.version;

import org.jspecify.annotations.NullMarked;
