package org.drlput.common.estimate;

/**
 * How many rows it takes to tell a Relative Gain from 0 by {@link Snips}: of a policy that takes one action per state, on logs whose
 * K actions are drawn uniformly, with rewards of 0 or 1.
 *
 * <p>With B the behaviour policy's mean reward, V = B (1 + lift) and ρ = K on one row in K, the variance of one row's influence on the gain
 * is {@code (K V (1 - V) - 2 (V/B) V (1 - V) + (V/B)² B (1 - B)) / B²}; rows: {@code (z₀.₉₇₅ + z(power))² · variance / lift²}.
 *
 * <p>Source: the delta method of {@link Linearized}; sample size as in Lehr 1992.
 *
 * @param actions K, at least 1
 * @param rate B, between 0 and 1
 * @param lift above -1, not 0; V is below 1
 * @param power share of cases in which the gain is to be seen, between 0 and 1
 */
public record PowerPlan(long actions, double rate, double lift, double power) {
    public PowerPlan {
        if (actions < 1
                || !(rate > 0 && rate < 1)
                || !(lift > -1 && lift != 0 && rate * (1 + lift) < 1)
                || !(power > 0 && power < 1)) {
            throw new IllegalArgumentException(
                    "actions %d, rate %s, lift %s, power %s: expected at least one action, rate and power between 0 and 1, a lift above -1 that is not 0 and leaves the rate below 1"
                            .formatted(actions, rate, lift, power));
        }
    }

    private double value() {
        return rate * (1 + lift);
    }

    private double variance() {
        double ratio = 1 + lift;
        double ofPolicy = value() * (1 - value());
        double sum = (actions - 2 * ratio) * ofPolicy + ratio * ratio * rate * (1 - rate);
        return Math.max(0, sum) / (rate * rate);
    }

    /** Rows to judge by. */
    public long rows() {
        double z = Linearized.Z95 + normalQuantile(power);
        return (long) Math.ceil(Math.max(2, z * z * variance() / (lift * lift)));
    }

    /** Of these rows: how many have the policy's action. */
    public long matchedRows() {
        return rows() / actions;
    }

    /** Of these: how many have a reward. */
    public long rewardedRows() {
        return Math.round(matchedRows() * value());
    }

    /** Half of the 95 % interval of the gain on so many rows. */
    public double halfWidth() {
        return Linearized.Z95 * Math.sqrt(variance() / rows());
    }

    /** The value below which such a share of the standard normal lies, by bisection of its integral; to 1e-8. */
    static double normalQuantile(double share) {
        double low = -9;
        double high = 9;
        while (high - low > 1e-10) {
            double middle = (low + high) / 2;
            if (normalShare(middle) < share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** By Simpson's rule: P(X below x) = 1/2 + the density's integral from 0 to x. */
    private static double normalShare(double x) {
        int steps = 400;
        double h = x / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double at = i * h;
            int weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-at * at / 2);
        }
        return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
    }
}
