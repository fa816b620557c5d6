/** Names for versions, and who moved them why: aliases, pins, leases, the audit trail, and what retention may remove. */
@NullMarked
package org.drlput.common.ledger;

import org.jspecify.annotations.NullMarked;
