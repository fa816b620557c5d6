package org.drlput.common.gradient;

/**
 * Sums over valid rows, each row scored before it was trained on (progressive validation). Mutable; added along the same
 * tree as the gradients, so that they too are the same bits at any parallelism.
 */
public final class Metrics {
    public long rows;
    public double rewardSum;
    public double rewardSquareSum;
    /** Σρ, Σρ², Σρr with ρ the importance weight of the policy (not clipped). */
    public double weightSum;

    public double weightSquareSum;
    public double weightedRewardSum;
    /** Σ of the policy's entropy, nats. */
    public double entropySum;
    /** Rows whose logged action is the policy's greedy one, and over those Σ1/propensity and Σr/propensity. */
    public long greedyMatches;

    public double greedyWeightSum;
    public double greedyWeightedRewardSum;
    public long refusedMicroBatches;
    /** Rows whose importance weight was clipped. */
    public long clippedRows;
    /**
     * In totals alone: Σρ and Σρr over the steps, each older one counting {@value #RECENT} of the next. Their quotient is what the
     * policy has lately been worth, self-normalized.
     */
    public double recentWeightSum;

    public double recentWeightedRewardSum;

    private static final double RECENT = 0.99;

    /** These are totals: adds one more step's sums. */
    public void follow(Metrics step) {
        if (step.rows > 0) {
            recentWeightSum = RECENT * recentWeightSum + step.weightSum;
            recentWeightedRewardSum = RECENT * recentWeightedRewardSum + step.weightedRewardSum;
        }
        add(step);
    }

    public void add(Metrics right) {
        rows += right.rows;
        rewardSum += right.rewardSum;
        rewardSquareSum += right.rewardSquareSum;
        weightSum += right.weightSum;
        weightSquareSum += right.weightSquareSum;
        weightedRewardSum += right.weightedRewardSum;
        entropySum += right.entropySum;
        greedyMatches += right.greedyMatches;
        greedyWeightSum += right.greedyWeightSum;
        greedyWeightedRewardSum += right.greedyWeightedRewardSum;
        refusedMicroBatches += right.refusedMicroBatches;
        clippedRows += right.clippedRows;
        recentWeightSum += right.recentWeightSum;
        recentWeightedRewardSum += right.recentWeightedRewardSum;
    }

    public void clear() {
        rows = 0;
        rewardSum = 0;
        rewardSquareSum = 0;
        weightSum = 0;
        weightSquareSum = 0;
        weightedRewardSum = 0;
        entropySum = 0;
        greedyMatches = 0;
        greedyWeightSum = 0;
        greedyWeightedRewardSum = 0;
        refusedMicroBatches = 0;
        clippedRows = 0;
        recentWeightSum = 0;
        recentWeightedRewardSum = 0;
    }
}
