package org.drlput.common.delay;

import org.drlput.common.log.Block;

/**
 * Makes up for outcomes that have not come yet: one that was seen counts {@code 1 / P(seen by now)}, so that a request of an hour
 * ago tells, on average, as much as one of last month. Without it, rewards of late requests are too small, and outcomes that
 * come late are taken to be worth less than those that come at once.
 *
 * <p>One seen outcome that counts for many is noise, so its row counts for less: each row in proportion to the chance P. The mean
 * reward of an action is then as right as before, for the age of a request has nothing to do with the action, and the variance that
 * the correction adds is gone: what is left of it is that few rows tell of what comes late.
 *
 * <p>Source: Horvitz and Thompson 1952; with the chance from a survival curve: Robins and Rotnitzky 1992, Recovery of information
 * and adjustment for dependent censoring using surrogate markers; rows weighted by their precision: Aitken 1935, On least squares
 * and linear combination of observations. Immutable.
 */
public final class DelayCorrection {
    /** More than this no outcome counts for: within the first minutes after a request hardly any could be seen. */
    public static final double MAX_FACTOR = 20;

    private final int outcome;
    private final SurvivalCurve curve;
    private final double meanChance;
    private final long observedUntilMillis;

    /**
     * @param outcome its place in the experiment
     * @param sample of its delays, all rows added
     * @param observedUntilMillis until when outcomes were watched, since the epoch
     */
    public DelayCorrection(int outcome, DelaySample sample, long observedUntilMillis) {
        this.outcome = outcome;
        this.observedUntilMillis = observedUntilMillis;
        curve = sample.curve();
        meanChance = sample.meanChance(curve, 1 / MAX_FACTOR);
    }

    /** Of the outcome's delay. */
    public SurvivalCurve curve() {
        return curve;
    }

    /** Mean over the sample's rows of the chance that an outcome which comes has been seen. */
    public double meanChance() {
        return meanChance;
    }

    private double chance(long eventTimeMillis) {
        return Math.max(1 / MAX_FACTOR, curve.seenWithin(Math.max(0, observedUntilMillis - eventTimeMillis)));
    }

    /** What a seen outcome of a request of this time counts for, at least 1. */
    public double factor(long eventTimeMillis) {
        return 1 / chance(eventTimeMillis);
    }

    /** What the row of a request of this time counts for, 1 on average. */
    public double weight(long eventTimeMillis) {
        return chance(eventTimeMillis) / meanChance;
    }

    /** The block with what each of its rows counts for; {@code eventTimeMillis} of its rows. */
    public Block weighted(Block block, long[] eventTimeMillis) {
        double[] weight = new double[block.rowCount()];
        for (int row = 0; row < weight.length; row++) {
            weight[row] = block.rowState()[row] == Block.REJECTED ? 1 : weight(eventTimeMillis[row]);
        }
        return block.weightedBy(weight);
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
