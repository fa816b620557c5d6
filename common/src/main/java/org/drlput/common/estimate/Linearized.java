package org.drlput.common.estimate;

/**
 * A function of {@link Means}: its value, and its gradient with respect to the means. Gradients chain: the
 * interval of any function of estimates of the same rows takes their correlation into account.
 *
 * <p>The relative rounding error of a variance is about 1e-16 (mean / deviation of the reward)²: of no account before rewards
 * are a million times their deviation away from zero.
 *
 * <p>Delta method: {@code Var f(x̄) ≈ ∇fᵀ Σ ∇f / n}. Source: van der Vaart 1998, Asymptotic statistics, theorem 3.1.
 */
record Linearized(double value, double[] gradient) {
    /** Of the standard normal: 2.5 % lie above. */
    static final double Z95 = 1.959963984540054;

    /** One of the means itself. */
    static Linearized mean(Means means, int column) {
        double[] gradient = new double[means.width()];
        gradient[column] = 1;
        return new Linearized(means.mean(column), gradient);
    }

    Linearized plus(Linearized other) {
        return combined(other, 1);
    }

    Linearized minus(Linearized other) {
        return combined(other, -1);
    }

    private Linearized combined(Linearized other, double factor) {
        double[] g = new double[gradient.length];
        for (int i = 0; i < g.length; i++) {
            g[i] = gradient[i] + factor * other.gradient[i];
        }
        return new Linearized(value + factor * other.value, g);
    }

    /** {@code (this - base) / |base|}. */
    Linearized gainOver(Linearized base) {
        double scale = Math.abs(base.value);
        double[] g = new double[gradient.length];
        for (int i = 0; i < g.length; i++) {
            g[i] = (gradient[i] - value / base.value * base.gradient[i]) / scale;
        }
        return new Linearized((value - base.value) / scale, g);
    }

    /** {@code this / divisor}. */
    Linearized over(Linearized divisor) {
        double ratio = value / divisor.value;
        double[] g = new double[gradient.length];
        for (int i = 0; i < g.length; i++) {
            g[i] = (gradient[i] - ratio * divisor.gradient[i]) / divisor.value;
        }
        return new Linearized(ratio, g);
    }

    double standardError(RowMoments moments) {
        return Math.sqrt(moments.variance(gradient) / moments.count());
    }
}
