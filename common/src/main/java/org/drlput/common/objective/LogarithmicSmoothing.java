package org.drlput.common.objective;

/**
 * A pessimistic estimate: weighted advantages {@code u = ρ (r - b)} above 0 count {@code s log(1 + λ u / s) / λ}, which is less the
 * less sure they are; those below 0 count whole. Maximizes the sum of these, ρ differentiated through. λ = 0 would be {@link Ips}.
 *
 * <p>Source: Sakhi et al. 2024, arXiv 2405.14335, equation 10, there for costs that are never positive. A baseline makes some
 * advantages negative, and these stay as they are: the sum is then still below the one of u, and smooth at 0.
 *
 * @param smoothing λ, above 0
 * @param scale s, the unit of rewards, above 0: so that λ is a number without a unit
 */
public record LogarithmicSmoothing(double smoothing, double scale) implements Objective {
    public LogarithmicSmoothing {
        if (!(smoothing > 0) || !(scale > 0)) {
            throw new IllegalArgumentException(
                    "smoothing and scale: found %s and %s, expected both above 0".formatted(smoothing, scale));
        }
    }

    @Override
    public double coefficient(double importanceWeight, double propensity, double advantage) {
        double weighted = importanceWeight * advantage;
        // a NaN stays one: not above 0
        return weighted > 0 ? weighted / (1 + smoothing * weighted / scale) : weighted;
    }
}
