package org.drlput.common.estimate;

import java.util.Locale;
import org.drlput.common.experiment.Experiment;
import org.jspecify.annotations.Nullable;

/** What stands beside an estimate of a policy, and whether it is enough. Fields: see {@link Estimate}. */
record Evidence(
        double effectiveSampleSize,
        long matchedRows,
        long rewardedRows,
        double largestWeight,
        double unsupportedShare) {

    static Evidence of(ImportanceWeights weights, double unsupportedShare) {
        return new Evidence(
                weights.effectiveSampleSize(),
                weights.matchedRows(),
                weights.rewardedRows(),
                weights.largest(),
                unsupportedShare);
    }

    /** Of two policies that are compared. */
    Evidence worse(Evidence other) {
        return new Evidence(
                Math.min(effectiveSampleSize, other.effectiveSampleSize),
                Math.min(matchedRows, other.matchedRows),
                Math.min(rewardedRows, other.rewardedRows),
                Math.max(largestWeight, other.largestWeight),
                Math.max(unsupportedShare, other.unsupportedShare));
    }

    /** Which floor it lies below; null where none. */
    @Nullable
    String doubt(Experiment.Evaluation floors) {
        long minRewarded = Math.max(1, floors.minRewardedRows());
        if (matchedRows == 0) {
            return "no row's logged action is the policy's";
        } else if (effectiveSampleSize < floors.minEffectiveSampleSize()) {
            return "effective sample size %s is below %s"
                    .formatted(number(effectiveSampleSize), number(floors.minEffectiveSampleSize()));
        } else if (rewardedRows < minRewarded) {
            return "%d matched rows with a reward, expected at least %d".formatted(rewardedRows, minRewarded);
        } else if (unsupportedShare > floors.maxUnsupportedShare()) {
            return "%s %% of the rows have no support: their action was never logged; at most %s %% may"
                    .formatted(number(100 * unsupportedShare), number(100 * floors.maxUnsupportedShare()));
        }
        return null;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
