package org.drlput.common.estimate;

import java.util.List;

/**
 * The columns of one policy among {@link Means}: its ρ at {@code offset}, then its terms.
 *
 * @param terms that have a column, in order
 */
record PolicyMeans(Means means, int offset, List<Term> terms) {
    /** Mean of ρ, near 1 where nothing is wrong. */
    Linearized weight() {
        return Linearized.mean(means, offset);
    }

    Linearized mean(Term term) {
        int at = terms.indexOf(term);
        if (at < 0) {
            throw new IllegalArgumentException("no column for " + term);
        }
        return Linearized.mean(means, offset + 1 + at);
    }
}
