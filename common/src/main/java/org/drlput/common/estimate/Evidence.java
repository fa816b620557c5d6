package org.drlput.common.estimate;

import java.util.Locale;
import org.drlput.common.experiment.Experiment;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside an estimate of a policy, and whether it is enough. Fields: see {@link Estimate}.
 *
 * @param expectedSampleSize the effective sample size that was to be expected; NaN where that is not known. A floor for it picks no
 *     logs by their luck: with a greedy policy IPS is too high just where more rows match than is to be expected, and those alone would be
 *     believed
 */
record Evidence(
        double effectiveSampleSize,
        long matchedRows,
        long rewardedRows,
        double largestWeight,
        double unsupportedShare,
        double expectedSampleSize) {

    static Evidence of(ImportanceWeights weights, double unsupportedShare, double expectedSampleSize) {
        return new Evidence(
                weights.effectiveSampleSize(),
                weights.matchedRows(),
                weights.rewardedRows(),
                weights.largest(),
                unsupportedShare,
                expectedSampleSize);
    }

    /** Of two policies that are compared. */
    Evidence worse(Evidence other) {
        return new Evidence(
                Math.min(effectiveSampleSize, other.effectiveSampleSize),
                Math.min(matchedRows, other.matchedRows),
                Math.min(rewardedRows, other.rewardedRows),
                Math.max(largestWeight, other.largestWeight),
                Math.max(unsupportedShare, other.unsupportedShare),
                Math.min(expectedSampleSize, other.expectedSampleSize));
    }

    /** Which floor it lies below; null where none. */
    @Nullable
    String doubt(Experiment.Evaluation floors) {
        long minRewarded = Math.max(1, floors.minRewardedRows());
        if (matchedRows == 0) {
            return "no row's logged action is the policy's";
        } else if (tooSmall(floors.minEffectiveSampleSize())) {
            return Double.isNaN(expectedSampleSize)
                    ? "effective sample size %s is below %s"
                            .formatted(number(effectiveSampleSize), number(floors.minEffectiveSampleSize()))
                    : "expected effective sample size %s is below %s"
                            .formatted(number(expectedSampleSize), number(floors.minEffectiveSampleSize()));
        } else if (rewardedRows < minRewarded) {
            return "%d matched rows with a reward, expected at least %d".formatted(rewardedRows, minRewarded);
        } else if (unsupportedShare > floors.maxUnsupportedShare()) {
            return "%s %% of the rows have no support: their action was never logged; at most %s %% may"
                    .formatted(number(100 * unsupportedShare), number(100 * floors.maxUnsupportedShare()));
        }
        return null;
    }

    private boolean tooSmall(double least) {
        return (Double.isNaN(expectedSampleSize) ? effectiveSampleSize : expectedSampleSize) < least;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
