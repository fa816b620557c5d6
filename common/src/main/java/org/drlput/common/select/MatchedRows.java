package org.drlput.common.select;

import org.drlput.common.experiment.Experiment;

/**
 * Rows whose logged action is that of a policy, each with the weight w, one over its propensity, times what the row counts for:
 * {@code V = Σ w r / Σ w}, with the 95 % interval of the delta method. Mutable; one thread.
 *
 * <p>Source: Swaminathan and Joachims 2015, The self-normalized estimator for counterfactual learning, equation 6; its variance:
 * Owen 2013, Monte Carlo theory, methods and examples, section 9.2.
 */
final class MatchedRows {
    /** Of the standard normal: 2.5 % lie above. */
    private static final double Z95 = 1.959963984540054;

    private long rows;
    private long rewarded;
    /** The first reward, taken off all, so that little cancels. */
    private double origin;

    private double weights;
    private double weighted;
    private double squares;
    private double squaresWeighted;
    private double squaresSquared;

    void add(double weight, double reward) {
        if (rows == 0) {
            origin = reward;
        }
        double r = reward - origin;
        double square = weight * weight;
        rows++;
        rewarded += reward != 0 ? 1 : 0;
        weights += weight;
        weighted += weight * r;
        squares += square;
        squaresWeighted += square * r;
        squaresSquared += square * r * r;
    }

    long count() {
        return rows;
    }

    /** Whether there are as many rows as the experiment asks of any estimate, and two at least. */
    boolean judged(Experiment.Evaluation floors) {
        return rows > 1
                && weights * weights / squares >= floors.minEffectiveSampleSize()
                && rewarded >= Math.max(1, floors.minRewardedRows());
    }

    double weights() {
        return weights;
    }

    /** {@code Σ w² (r - one) (r - other)}. */
    double spread(double one, double other) {
        double a = one - origin;
        double b = other - origin;
        return squaresSquared - (a + b) * squaresWeighted + a * b * squares;
    }

    long rewarded() {
        return rewarded;
    }

    double value() {
        return origin + weighted / weights;
    }

    /** Half the width of the interval. */
    double error() {
        double spread = Math.max(0, spread(value(), value()));
        return Z95 * Math.sqrt(spread * rows / (rows - 1.0)) / weights;
    }
}
