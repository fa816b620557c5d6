package org.drlput.common.estimate;

/** A number of one row whose mean an estimator uses. Equal ones are computed once: implementations are records. */
interface Term {
    double of(ScoredRow row);
}
