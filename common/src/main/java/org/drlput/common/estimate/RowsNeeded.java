package org.drlput.common.estimate;

import org.jspecify.annotations.Nullable;

/** How many rows it would take. */
final class RowsNeeded {
    /** Of the standard normal: 20 % lie above. */
    private static final double Z80 = 0.8416212335729143;

    private RowsNeeded() {}

    /**
     * Rows of which a difference of this size is told from 0 on two sides with 95 % confidence in 80 % of all cases:
     * {@code n ((z₀.₉₇₅ + z₀.₈) · standard error / difference)²}.
     *
     * <p>Source: Lehr 1992, Sixteen s-squared over d-squared, with the exact quantiles.
     *
     * @return null where it is told from 0 already; {@link Long#MAX_VALUE} where no number of rows would do, there being no
     *     difference
     */
    static @Nullable Long toTellApart(Linearized difference, RowMoments moments) {
        double error = difference.standardError(moments);
        double size = Math.abs(difference.value());
        if (!Double.isFinite(size) || !Double.isFinite(error) || size > Linearized.Z95 * error) {
            return null;
        }
        double ratio = (Linearized.Z95 + Z80) * error / size;
        double rows = Math.ceil(moments.count() * ratio * ratio);
        return size == 0 || rows >= Long.MAX_VALUE ? (Long) Long.MAX_VALUE : (Long) (long) rows;
    }
}
