package org.drlput.common.objective;

import org.jspecify.annotations.Nullable;

/**
 * The likelihood of what came of the logged actions, where one action is right for each state and earns 1, all others 0: the
 * policy's probability of the logged action is read as the chance that it was the right one. Maximizes
 * {@code Σ r log q + (1 - r) log(1 - q)} with {@code q = ε + (1 - 2ε) π(a|s)}; ε is the share of rewards that come by chance, and
 * keeps the logarithms from running away with a single row. The log tells it, if the experiment does not.
 *
 * <p>A row teaches whatever its importance weight: a rewarded action counts whole where the policy hardly takes it, where importance
 * weights vanish; one without a reward counts the more the surer the policy was of it. No baseline and no propensity is needed, so
 * that propensities that are far from uniform add no variance, and wrong ones no bias.
 *
 * <p>Rewards below 0 count as 0, above 1 as 1, between them as a share.
 *
 * <p>Source: Hazan and Kale 2011, NIPS, "Newtron: an efficient bandit algorithm for online multiclass prediction", section 2 (the
 * model); Patrini et al. 2017, arXiv 1609.03683, theorem 2 (noise as part of the likelihood).
 *
 * @param noise ε, at least 0 and below 1/2
 */
public record RewardLikelihood(double noise) implements Objective {
    /** What an estimate is kept between: with none a single row that came by chance would count without bound. */
    static final double LEAST_NOISE = 0.01;

    static final double MOST_NOISE = 0.45;

    public RewardLikelihood {
        if (!(noise >= 0) || !(noise < 0.5)) {
            throw new IllegalArgumentException("noise: found %s, expected 0 or more and below 0.5".formatted(noise));
        }
    }

    /**
     * With the noise that an experiment gives, or with the one that the log shows: uniform actions earn
     * {@code v = ε + (1 - 2ε) / K}. Of two actions v is 1/2 whatever ε is: there, and where v says that less than nothing came by
     * chance, ε is small.
     *
     * @param noise null: estimated
     */
    static RewardLikelihood of(@Nullable Double noise, RewardScale rewards, int actions) {
        if (noise != null) {
            return new RewardLikelihood(noise);
        }
        double right = 1.0 / actions;
        double estimate = actions <= 2 ? 0 : (rewards.uniformMean() - right) / (1 - 2 * right);
        return new RewardLikelihood(Math.min(MOST_NOISE, Math.max(LEAST_NOISE, estimate)));
    }

    /** {@code advantage} is the reward itself. */
    @Override
    public double coefficient(double importanceWeight, double propensity, double advantage) {
        double slope = (1 - 2 * noise) * importanceWeight * propensity;
        double q = noise + slope;
        double reward = Math.min(1, Math.max(0, advantage));
        // d log q / d log π = slope / q; the greatest of both keeps π = 1, where rounding may leave 1 - q at 0, finite
        return slope * (reward / Math.max(q, Float.MIN_NORMAL) - (1 - reward) / Math.max(1 - q, 0x1p-24));
    }
}
