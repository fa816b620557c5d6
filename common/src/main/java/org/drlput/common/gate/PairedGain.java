package org.drlput.common.gate;

import org.drlput.common.estimate.Estimate;

/**
 * Gain of one policy over another in the mean of one quantity, both self-normalized on the same rows: what the rows have by chance
 * cancels in part, so that the interval is narrower than those of the two values. Mutable; one thread.
 *
 * <p>With ρ of the policy and σ of the other one: {@code V = Σρx / Σρ}, {@code W = Σσx / Σσ}, gain {@code (V - W) / |W|}. Interval by
 * the delta method: a row's influence is {@code (ρ (x - V) / mean(ρ) - V/W σ (x - W) / mean(σ)) / |W|}, whose mean is 0.
 *
 * <p>Source: Swaminathan and Joachims 2015, The self-normalized estimator for counterfactual learning, equation 6; Owen 2013, Monte
 * Carlo theory, methods and examples, section 9.2.
 */
final class PairedGain {
    private static final double Z95 = 1.959963984540054;
    private static final int COLUMNS = 4;

    /** Sums of ρ, ρx, σ, σx. */
    private final double[] sums = new double[COLUMNS];
    /** Sums of their products: {@code [4, 4]}. */
    private final double[] products = new double[COLUMNS * COLUMNS];

    private final Support policy = new Support();
    private final Support other = new Support();
    private final double[] row = new double[COLUMNS];
    private long count;

    /** What one policy's weights say. */
    private static final class Support {
        private long matched;
        private long rewarded;
        private double largest;

        void add(double weight, double value) {
            if (weight > 0) {
                matched++;
                rewarded += value != 0 ? 1 : 0;
                largest = Math.max(largest, weight);
            }
        }
    }

    /**
     * Adds a row.
     *
     * @param weight ρ of the policy, {@code otherWeight} of the one that it is compared with; at least 0
     */
    void add(double weight, double otherWeight, double value) {
        count++;
        policy.add(weight, value);
        other.add(otherWeight, value);
        row[0] = weight;
        row[1] = weight * value;
        row[2] = otherWeight;
        row[3] = otherWeight * value;
        for (int i = 0; i < COLUMNS; i++) {
            sums[i] += row[i];
            for (int j = 0; j < COLUMNS; j++) {
                products[i * COLUMNS + j] += row[i] * row[j];
            }
        }
    }

    /** @param floors below which it can not be believed */
    Estimate estimate(Floors floors) {
        double effective = Math.min(effectiveSampleSize(0), effectiveSampleSize(2));
        long rewarded = Math.min(policy.rewarded, other.rewarded);
        double value = sums[1] / sums[0];
        double base = sums[3] / sums[2];
        double gain = (value - base) / Math.abs(base);
        double[] ofValue = {-value / sums[0], 1 / sums[0], 0, 0};
        double[] ofBase = {0, 0, -base / sums[2], 1 / sums[2]};
        double[] ofGain = new double[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            ofGain[i] = (ofValue[i] - value / base * ofBase[i]) / Math.abs(base);
        }
        double halfWidth = Z95 * standardError(ofGain);
        boolean believable = count > 1
                && effective >= floors.effectiveSampleSize()
                && rewarded >= Math.max(1, floors.rewardedRows())
                && Math.abs(base) > Z95 * standardError(ofBase)
                && Double.isFinite(gain + halfWidth);
        return new Estimate(
                "snips",
                believable ? (Double) gain : null,
                believable ? (Double) (gain - halfWidth) : null,
                believable ? (Double) (gain + halfWidth) : null,
                effective,
                Math.min(policy.matched, other.matched),
                rewarded,
                Math.max(policy.largest, other.largest),
                believable);
    }

    /** What an estimate must have to be believed. */
    record Floors(double effectiveSampleSize, long rewardedRows) {}

    /** (Σρ)² / Σρ²; 0 without a matched row. */
    private double effectiveSampleSize(int weight) {
        double squares = products[weight * COLUMNS + weight];
        return squares == 0 ? 0 : sums[weight] * sums[weight] / squares;
    }

    /** Of a function with this gradient by the sums: the influences' mean is 0, so that no square of it is taken away. */
    private double standardError(double[] gradient) {
        double variance = 0;
        for (int i = 0; i < COLUMNS; i++) {
            for (int j = 0; j < COLUMNS; j++) {
                variance += gradient[i] * gradient[j] * products[i * COLUMNS + j];
            }
        }
        return Math.sqrt(Math.max(0, variance) * count / Math.max(1, count - 1));
    }
}
