package org.drlput.common.encode;

/**
 * Valid rows ready for the network: standardized numbers row-major, table rows of embeddings, and what the objective needs.
 * Reused: arrays may be longer than {@code rowCount} asks for. Not thread-safe.
 */
public final class EncodedBatch {
    /** Rows that are valid and to be computed. */
    public int rowCount;
    /** {@code [rows, numericWidth]}, row-major. */
    public final float[] numeric;
    /** Per categorical feature: {@code [rows]} rows of its embedding table. */
    public final int[][] categorical;
    /** Per multi-categorical feature: {@code [rows + 1]}. */
    public final int[][] bagOffsets;
    /** Per multi-categorical feature: table rows of all values; replaced by a longer array when needed. */
    public final int[][] bags;

    public final int[] actionId;
    public final float[] propensity;
    public final float[] reward;

    public EncodedBatch(int capacity, int numericWidth, int categoricalFeatures, int bagFeatures) {
        numeric = new float[Math.multiplyExact(capacity, numericWidth)];
        categorical = new int[categoricalFeatures][capacity];
        bagOffsets = new int[bagFeatures][capacity + 1];
        bags = new int[bagFeatures][Math.max(16, capacity * 4)];
        actionId = new int[capacity];
        propensity = new float[capacity];
        reward = new float[capacity];
    }

    public int capacity() {
        return actionId.length;
    }
}
