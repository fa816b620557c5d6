package org.drlput.common.log;

/**
 * Up to {@value #MAX_ROWS} log rows as they are trained on: columns, categories already turned into table rows, numbers not
 * yet standardized. Arrays are owned by whoever holds the block and not changed after it is filled.
 *
 * @param rowState per row one of {@link #TRAIN}, {@link #HELD_OUT}, {@link #REJECTED}
 * @param numeric per numeric feature, in the experiment's order: {@code [rows]}, NaN where missing
 * @param categorical per categorical feature: {@code [rows]} rows of its embedding table
 * @param bagOffsets per multi-categorical feature: {@code [rows + 1]} offsets into its bag
 * @param bags per multi-categorical feature: table rows of all values, row after row
 * @param actionId {@code [rows]}, in [0, K) where not rejected
 * @param propensity {@code [rows]}, in (0, 1] where not rejected
 * @param outcomes per outcome in the experiment's order: {@code [rows]}
 * @param delayMillis per outcome: {@code [rows]}, -1 where not seen; empty array where the outcome has no delay column
 * @param weight {@code [rows]}: what a row counts for, 1 on average: how often all traffic has the like of it, relative to the logs,
 *     times how much of its late outcomes can be known; empty where all rows count alike
 */
public record Block(
        int rowCount,
        byte[] rowState,
        float[][] numeric,
        int[][] categorical,
        int[][] bagOffsets,
        int[][] bags,
        int[] actionId,
        double[] propensity,
        double[][] outcomes,
        long[][] delayMillis,
        double[] weight) {
    /** A block whose rows all count alike. */
    public Block(
            int rowCount,
            byte[] rowState,
            float[][] numeric,
            int[][] categorical,
            int[][] bagOffsets,
            int[][] bags,
            int[] actionId,
            double[] propensity,
            double[][] outcomes,
            long[][] delayMillis) {
        this(
                rowCount,
                rowState,
                numeric,
                categorical,
                bagOffsets,
                bags,
                actionId,
                propensity,
                outcomes,
                delayMillis,
                new double[0]);
    }

    /** Rows of a full block. */
    public static final int MAX_ROWS = 16_384;

    public static final byte TRAIN = 0;
    public static final byte HELD_OUT = 1;
    public static final byte REJECTED = 2;

    /** The same rows, each counting {@code factors[row]} times as much as before. */
    public Block weightedBy(double[] factors) {
        double[] product = factors.clone();
        for (int row = 0; row < rowCount; row++) {
            product[row] *= rowWeight(row);
        }
        return new Block(
                rowCount,
                rowState,
                numeric,
                categorical,
                bagOffsets,
                bags,
                actionId,
                propensity,
                outcomes,
                delayMillis,
                product);
    }

    /** What a row counts for. */
    public double rowWeight(int row) {
        return weight.length == 0 ? 1 : weight[row];
    }
}
