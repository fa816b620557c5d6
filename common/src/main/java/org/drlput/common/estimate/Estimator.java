package org.drlput.common.estimate;

import java.util.List;

/**
 * Estimates the value of a policy from rows that another one logged. Stateless; records, so that equal ones share their columns.
 *
 * <p>Notation: n rows, ρ the importance weight π(a|s) / π_B(a|s) of the policy on a row, r the row's reward, q̂ the reward model,
 * {@code q̂(s, π) = Σ_a π(a|s) q̂(s, a)}. All are numbers per row: a value is a smooth function of their means over {@code [n]} rows.
 */
interface Estimator {
    /** As in {@code estimates} of an evaluation. */
    String name();

    /** Whether it needs a reward model. */
    boolean usesModel();

    /** What it takes means of, beside ρ. */
    List<Term> terms();

    /** The value of the policy with these means. NaN where there is none. */
    Linearized value(PolicyMeans policy);
}
