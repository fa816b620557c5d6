package org.drlput.common.estimate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.jspecify.annotations.Nullable;

/**
 * Makes estimates of summed-up rows, and says of which there is none.
 *
 * <p>No estimate: fewer than two rows (no interval); no matched or no rewarded row, or fewer than the experiment's floors ask for
 * (a policy that was hardly seen to earn); a gain over a value that its own interval does not tell from 0 (the ratio has no
 * interval then). Source of the last: Fieller 1954.
 */
final class Judge {
    private static final List<Estimator> ESTIMATORS = List.of(new Ips(), new Snips());

    private final double minEffectiveSampleSize;
    private final long minRewardedRows;

    Judge(Experiment.Evaluation settings) {
        minEffectiveSampleSize = settings.minEffectiveSampleSize();
        minRewardedRows = settings.minRewardedRows();
    }

    /** By name of the estimator. */
    Map<String, PolicyEstimates> estimates(LoggedRows rows) {
        Map<String, PolicyEstimates> estimates = new LinkedHashMap<>();
        for (Estimator estimator : ESTIMATORS) {
            estimates.put(estimator.name(), estimates(estimator, rows));
        }
        return estimates;
    }

    private PolicyEstimates estimates(Estimator estimator, LoggedRows rows) {
        RowMoments moments = rows.moments();
        Linearized policy = estimator.value(moments, LoggedRows.WEIGHT, LoggedRows.WEIGHTED_REWARD);
        Linearized manual = estimator.value(moments, LoggedRows.MANUAL_WEIGHT, LoggedRows.MANUAL_WEIGHTED_REWARD);
        Linearized behaviour = behaviour(moments);
        String doubt = doubt("", rows.policy());
        String manualDoubt = doubt("manual setting: ", rows.manual());
        String gainDoubt = doubt != null ? doubt : zero("the behaviour policy's value", behaviour, moments);
        String overManualDoubt = doubt != null ? doubt : manualDoubt;
        overManualDoubt =
                overManualDoubt != null ? overManualDoubt : zero("the manual setting's value", manual, moments);
        String name = estimator.name();
        return new PolicyEstimates(
                estimate(name, policy, rows, doubt, rows.policy(), rows.policy()),
                estimate(name, policy.gainOver(behaviour), rows, gainDoubt, rows.policy(), rows.policy()),
                estimate(name, manual, rows, manualDoubt, rows.manual(), rows.manual()),
                estimate(name, policy.gainOver(manual), rows, overManualDoubt, rows.policy(), rows.manual()));
    }

    private static Linearized behaviour(RowMoments moments) {
        return Linearized.mean(moments, LoggedRows.REWARD, LoggedRows.COLUMNS)
                .over(Linearized.mean(moments, LoggedRows.ROW_WEIGHT, LoggedRows.COLUMNS));
    }

    /** The mean reward of the rows: all of them are the behaviour policy's. */
    Estimate behaviourValue(LoggedRows rows) {
        ImportanceWeights all = rows.behaviour();
        return estimate("mean", behaviour(rows.moments()), rows, doubt("", all), all, all);
    }

    private @Nullable String doubt(String whose, ImportanceWeights weights) {
        if (weights.matchedRows() == 0) {
            return whose + "no row's logged action is the policy's";
        } else if (weights.effectiveSampleSize() < minEffectiveSampleSize) {
            return "%seffective sample size %s is below %s"
                    .formatted(whose, number(weights.effectiveSampleSize()), number(minEffectiveSampleSize));
        } else if (weights.rewardedRows() < Math.max(1, minRewardedRows)) {
            return "%s%d matched rows with a reward, expected at least %d"
                    .formatted(whose, weights.rewardedRows(), Math.max(1, minRewardedRows));
        }
        return null;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private static @Nullable String zero(String what, Linearized base, RowMoments moments) {
        boolean distinct = Math.abs(base.value()) > Linearized.Z95 * base.standardError(moments);
        return distinct ? null : what + " can not be told from 0: there is no gain relative to it";
    }

    private static Estimate estimate(
            String name,
            Linearized f,
            LoggedRows rows,
            @Nullable String doubt,
            ImportanceWeights weights,
            ImportanceWeights others) {
        double halfWidth = Linearized.Z95 * f.standardError(rows.moments());
        String reason = rows.count() < 2 ? "%d rows have no interval".formatted(rows.count()) : doubt;
        if (reason == null && !Double.isFinite(f.value() + halfWidth)) {
            reason = "the estimate is not finite";
        }
        boolean believable = reason == null;
        return new Estimate(
                name,
                believable ? (Double) f.value() : null,
                believable ? (Double) (f.value() - halfWidth) : null,
                believable ? (Double) (f.value() + halfWidth) : null,
                Math.min(weights.effectiveSampleSize(), others.effectiveSampleSize()),
                Math.min(weights.matchedRows(), others.matchedRows()),
                Math.min(weights.rewardedRows(), others.rewardedRows()),
                Math.max(weights.largest(), others.largest()),
                believable,
                reason);
    }
}
