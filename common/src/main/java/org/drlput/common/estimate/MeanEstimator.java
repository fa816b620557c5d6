package org.drlput.common.estimate;

import java.util.List;

/** An estimator that is the mean of one number per row. */
interface MeanEstimator extends Estimator, Term {
    @Override
    default List<Term> terms() {
        return List.of(this);
    }

    @Override
    default Linearized value(PolicyMeans policy) {
        return policy.mean(this);
    }
}
