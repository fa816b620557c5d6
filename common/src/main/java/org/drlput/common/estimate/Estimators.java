package org.drlput.common.estimate;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.drlput.common.experiment.Experiment.EstimatorName;

/**
 * The estimators that judge some rows, and the numbers per row that they need.
 *
 * <p>Where an estimator cuts or shrinks weights, it does so at √n: as n grows nothing is cut any more, so its bias goes to 0. Source:
 * Ionides 2008. So with K uniform actions the weights K of a greedy policy are kept whole from K² rows.
 *
 * @param terms of all of them, each once: the columns of one policy beside its ρ
 */
record Estimators(List<Estimator> all, List<Term> terms) {
    static Estimators of(List<Estimator> estimators) {
        Set<Term> terms = new LinkedHashSet<>();
        estimators.forEach(estimator -> terms.addAll(estimator.terms()));
        return new Estimators(List.copyOf(estimators), List.copyOf(terms));
    }

    /** Every one of {@link EstimatorName}, in its order. @param rows n, how many rows will be judged */
    static Estimators all(long rows) {
        return of(java.util.Arrays.stream(EstimatorName.values())
                .map(name -> named(name, rows))
                .toList());
    }

    /** One alone. */
    static Estimators only(EstimatorName name, long rows) {
        return of(List.of(named(name, rows)));
    }

    private static Estimator named(EstimatorName name, long rows) {
        double cut = Math.sqrt(Math.max(1, rows));
        return switch (name) {
            case IPS -> new Ips();
            case CLIPPED_IPS -> new ClippedIps(cut);
            case SNIPS -> new Snips();
            case DM -> new DirectMethod();
            case DR -> new DoublyRobust();
            case CLIPPED_DR -> new ClippedDoublyRobust(cut);
            case SNDR -> new SelfNormalizedDoublyRobust();
            case SWITCH_DR -> new SwitchDoublyRobust(cut);
            case DR_OS -> new ShrunkDoublyRobust(cut * cut);
        };
    }

    boolean useModel() {
        return all.stream().anyMatch(Estimator::usesModel);
    }

    /** Columns of one policy: ρ and the terms. */
    int columns() {
        return 1 + terms.size();
    }
}
