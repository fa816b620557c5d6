package org.drlput.common.estimate;

import java.util.List;

/**
 * Self-normalized doubly robust: {@code V = Σ q̂(s, π) / n + Σ ρ (r - q̂(s, a)) / Σ ρ}. No estimate where no row matches.
 *
 * <p>Source: Kallus and Uehara 2019, Intrinsically efficient, stable, and bounded off-policy evaluation, arXiv 1906.03735.
 */
record SelfNormalizedDoublyRobust() implements Estimator {
    private static final DirectMethod MODEL = new DirectMethod();
    private static final DoublyRobust CORRECTED = new DoublyRobust();

    @Override
    public String name() {
        return "sndr";
    }

    @Override
    public boolean usesModel() {
        return true;
    }

    @Override
    public List<Term> terms() {
        return List.of(MODEL, CORRECTED);
    }

    @Override
    public Linearized value(PolicyMeans policy) {
        Linearized model = policy.mean(MODEL);
        Linearized correction = policy.mean(CORRECTED).minus(model);
        return model.plus(correction.over(policy.weight()));
    }
}
