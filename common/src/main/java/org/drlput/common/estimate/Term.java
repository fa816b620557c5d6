package org.drlput.common.estimate;

/**
 * A number of one row whose mean an estimator uses: {@code factor(ρ) r}, or with a reward model
 * {@code q̂(s, π) + factor(ρ) (r - q̂(s, a))}. So a row that does not match tells nothing but what the model says of it, which is why
 * {@link LoggedRows} need not look at it term by term. Equal ones are computed once: implementations are records.
 */
interface Term {
    boolean usesModel();

    /** What the reward, or what the model does not explain of it, counts for. 0 where ρ is. */
    double factor(double weight);
}
