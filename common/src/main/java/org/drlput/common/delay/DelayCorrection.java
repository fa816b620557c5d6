package org.drlput.common.delay;

import org.drlput.common.log.Block;

/**
 * Makes up for outcomes that have not come yet: one that was seen counts {@code 1 / P(seen by now)}, so that a request of an hour
 * ago tells, on average, as much as one of last month. Without it, rewards of late requests are too small, and outcomes that
 * come late are taken to be worth less than those that come at once.
 *
 * <p>Source: Horvitz and Thompson 1952; with the chance from a survival curve: Robins and Rotnitzky 1992, Recovery of information
 * and adjustment for dependent censoring using surrogate markers. Immutable.
 */
public final class DelayCorrection {
    /** More than this no outcome counts for: within the first minutes after a request hardly any could be seen. */
    public static final double MAX_FACTOR = 20;

    private final int outcome;
    private final SurvivalCurve curve;
    private final long observedUntilMillis;

    /**
     * @param outcome its place in the experiment
     * @param observedUntilMillis until when outcomes were watched, since the epoch
     */
    public DelayCorrection(int outcome, SurvivalCurve curve, long observedUntilMillis) {
        this.outcome = outcome;
        this.curve = curve;
        this.observedUntilMillis = observedUntilMillis;
    }

    /** What a seen outcome of a request of this time counts for, at least 1. */
    public double factor(long eventTimeMillis) {
        double chance = curve.seenWithin(Math.max(0, observedUntilMillis - eventTimeMillis));
        return 1 / Math.max(1 / MAX_FACTOR, chance);
    }

    /** Corrects the block's outcomes in place; {@code eventTimeMillis} of its rows. */
    public void apply(Block block, long[] eventTimeMillis) {
        double[] values = block.outcomes()[outcome];
        long[] delays = block.delayMillis()[outcome];
        for (int row = 0; row < block.rowCount(); row++) {
            if (block.rowState()[row] != Block.REJECTED && delays[row] >= 0 && values[row] != 0) {
                values[row] *= factor(eventTimeMillis[row]);
            }
        }
    }
}
