package org.drlput.common.estimate;

import java.util.LinkedHashMap;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.jspecify.annotations.Nullable;

/**
 * Makes estimates of summed-up rows, and says of which there is none.
 *
 * <p>No estimate: fewer than two rows (no interval); no matched or no rewarded row, or less than the experiment's floors ask for
 * (a policy that was hardly seen to earn); a gain over a value that its own interval does not tell from 0 (the ratio has no
 * interval then). Source of the last: Fieller 1954.
 */
final class Judge {
    /** The policies of {@link RowGroup}s, in order; the last one only where two are compared. */
    static final int FIRST = 0;

    static final int MANUAL = 1;
    static final int SECOND = 2;

    private static final String NO_MODEL = "there is no reward model: no row to fit it on";

    private final Experiment.Evaluation floors;
    private final boolean hasModel;

    Judge(Experiment.Evaluation floors, boolean hasModel) {
        this.floors = floors;
        this.hasModel = hasModel;
    }

    /** Of the first policy, by name of the estimator. */
    Map<String, PolicyEstimates> estimates(Measured measured) {
        Map<String, PolicyEstimates> estimates = new LinkedHashMap<>();
        for (Estimator estimator : measured.rows().estimators().all()) {
            estimates.put(estimator.name(), of(measured, estimator, FIRST));
        }
        return estimates;
    }

    /** Of the first policy and another one, by name of the estimator. */
    Map<String, PairedEstimates> paired(Measured measured, int other) {
        Map<String, PairedEstimates> estimates = new LinkedHashMap<>();
        for (Estimator estimator : measured.rows().estimators().all()) {
            estimates.put(estimator.name(), pair(measured, estimator, other));
        }
        return estimates;
    }

    /** The mean reward of the rows: all of them are the behaviour policy's. */
    Estimate behaviourValue(LoggedRows rows) {
        Evidence all = Evidence.of(rows.behaviour(), 0, Double.NaN);
        return new Claim("mean", LoggedRows.behaviourValue(), all, all.doubt(floors)).on(rows);
    }

    private PolicyEstimates of(Measured measured, Estimator estimator, int policy) {
        LoggedRows rows = measured.rows();
        Quantity value = rows.value(estimator, policy);
        Quantity manual = rows.value(estimator, MANUAL);
        Evidence seen = measured.evidence(policy);
        Evidence ofManual = measured.evidence(MANUAL);
        String doubt = doubt(estimator, seen);
        String manualDoubt = prefixed("manual setting: ", doubt(estimator, ofManual));
        String gainDoubt =
                first(doubt, zero("the behaviour policy's value", LoggedRows.behaviourValue(), rows.moments()));
        String overManualDoubt =
                first(doubt, first(manualDoubt, zero("the manual setting's value", manual, rows.moments())));
        String name = estimator.name();
        return new PolicyEstimates(
                new Claim(name, value, seen, doubt).on(rows),
                new Claim(name, gain(value, LoggedRows.behaviourValue()), seen, gainDoubt).on(rows),
                new Claim(name, manual, ofManual, manualDoubt).on(rows),
                new Claim(name, gain(value, manual), seen.worse(ofManual), overManualDoubt).on(rows));
    }

    private PairedEstimates pair(Measured measured, Estimator estimator, int other) {
        LoggedRows rows = measured.rows();
        Quantity first = rows.value(estimator, FIRST);
        Quantity second = rows.value(estimator, other);
        Evidence both = measured.evidence(FIRST).worse(measured.evidence(other));
        String doubt = doubt(estimator, both);
        String gainDoubt = first(doubt, zero("the other policy's value", second, rows.moments()));
        Quantity difference = means -> first.of(means).minus(second.of(means));
        return new PairedEstimates(
                of(measured, estimator, FIRST),
                of(measured, estimator, other),
                new Claim(estimator.name(), difference, both, doubt).on(rows),
                new Claim(estimator.name(), gain(first, second), both, gainDoubt).on(rows),
                doubt == null ? RowsNeeded.toTellApart(difference.of(rows.moments()), rows.moments()) : null);
    }

    private static Quantity gain(Quantity value, Quantity base) {
        return means -> value.of(means).gainOver(base.of(means));
    }

    private @Nullable String doubt(Estimator estimator, Evidence evidence) {
        return estimator.usesModel() && !hasModel ? NO_MODEL : evidence.doubt(floors);
    }

    private static @Nullable String zero(String what, Quantity base, RowMoments moments) {
        Linearized found = base.of(moments);
        boolean distinct = Math.abs(found.value()) > Linearized.Z95 * found.standardError(moments);
        return distinct ? null : what + " can not be told from 0: there is no gain relative to it";
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one != null ? one : other;
    }

    private static @Nullable String prefixed(String prefix, @Nullable String text) {
        return text == null ? null : prefix + text;
    }
}
