package org.drlput.common.gradient;

/**
 * What the applied steps have seen of rewards: baselines are made of it. Comes with the weights.
 *
 * @param rows valid rows of all applied steps, with {@code rewardSum} the sum of their rewards
 * @param recentWeightSum as {@link Metrics#recentWeightSum}, and {@code recentWeightedRewardSum} likewise
 */
public record RewardsSeen(long rows, double rewardSum, double recentWeightSum, double recentWeightedRewardSum) {
    public static RewardsSeen of(Metrics totals) {
        return new RewardsSeen(totals.rows, totals.rewardSum, totals.recentWeightSum, totals.recentWeightedRewardSum);
    }
}
